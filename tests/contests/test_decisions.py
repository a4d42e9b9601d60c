"""What organisers decide, once and twice, in time and too late."""

import datetime as dt

import pytest

from contests import decisions, emails
from contests.locks import Refused
from contests.models import Award, Entry
from contests.refusals import StaffRefusal
from mail.models import Letter
from tests.factories.contests import (
    DAY,
    ContestFactory,
    EntryFactory,
    State,
    submitted,
)

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)


def refusal_of(act, **kwargs):
    with pytest.raises(Refused) as caught:
        act(**kwargs)
    return caught.value.refusal


def letters(kind):
    return Letter.objects.filter(kind=kind)


class TestOut:
    def test_taking_out_tells_why_once_and_can_be_undone(self, now):
        entry = submitted()
        for _time in range(2):
            decisions.disqualify(
                entry_id=entry.pk, reason="Chép bài đã đăng.", by=None, now=now
            )
        entry.refresh_from_db()
        assert (entry.state, entry.note) == (State.DISQUALIFIED, "Chép bài đã đăng.")
        assert "Chép bài đã đăng." in letters(emails.DISQUALIFIED).get().text
        decisions.reinstate(entry_id=entry.pk, by=None, now=now)
        entry.refresh_from_db()
        assert (entry.state, entry.note) == (State.SUBMITTED, "")

    def test_a_draft_is_not_taken_out(self, now):
        refusal = refusal_of(
            decisions.disqualify,
            entry_id=EntryFactory().pk,
            reason="?",
            by=None,
            now=now,
        )
        assert refusal is StaffRefusal.NOT_IN_CONTEST


class TestPrizes:
    def test_prizes_between_deadline_and_results(self, now):
        entry = submitted(ContestFactory(results_at=now + 20 * DAY))
        closes, results = entry.contest.closes_at, entry.contest.results_at
        ask = decisions.why_not_award
        assert ask(entry, now=closes - TICK) is StaffRefusal.STILL_OPEN
        assert ask(entry, now=closes) is None
        assert ask(entry, now=results) is StaffRefusal.RESULTS_OUT
        draft = EntryFactory(contest=entry.contest)
        assert ask(draft, now=closes) is StaffRefusal.NOT_IN_CONTEST

    def test_a_prize_is_given_changed_and_taken_away(self, now):
        entry = submitted()
        at = entry.contest.closes_at
        before = Entry.objects.get().saved_at

        def give(title, order=0):
            decisions.award(
                entry_id=entry.pk, title=title, order=order, by=None, now=at
            )
            entry.refresh_from_db()

        give("Giải Nhì", 2)
        give("Giải Nhất", 1)
        assert entry.state == State.AWARDED
        assert (entry.award.title, entry.award.order) == ("Giải Nhất", 1)
        assert entry.saved_at == before  # a new time would tell the entrant
        give("")
        assert entry.state == State.SUBMITTED
        assert not Award.objects.exists()
        assert not Letter.objects.exists()


class TestMoment:
    def test_the_moment_of_the_results(self, now):
        contest = ContestFactory()
        closes = contest.closes_at

        def ask(moment, at=now):
            return decisions.why_not_results_at(contest, moment, now=at)

        assert ask(closes - TICK) is StaffRefusal.RESULTS_EARLY
        assert ask(closes) is None
        assert ask(None) is None
        assert ask(closes + DAY, closes + 2 * DAY) is StaffRefusal.RESULTS_PAST
        contest.results_at = closes + DAY
        assert ask(closes + 9 * DAY, closes + DAY) is StaffRefusal.RESULTS_OUT
        assert ask(None, closes + DAY) is StaffRefusal.RESULTS_OUT

    def test_the_moment_of_the_results_is_set_once_it_is_right(self, now):
        contest = ContestFactory()
        later = contest.closes_at + DAY
        act = {"contest_id": contest.pk, "by": None}
        for moment in (later, None, later):
            decisions.set_results_time(moment=moment, now=now, **act)
        refusal = refusal_of(decisions.set_results_time, moment=None, now=later, **act)
        assert refusal is StaffRefusal.RESULTS_OUT
        contest.refresh_from_db()
        assert contest.results_at == later
