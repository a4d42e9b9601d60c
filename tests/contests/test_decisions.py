"""What organisers decide, once and twice, in time and too late."""

import datetime as dt

import pytest

from contests import decisions, emails
from contests.locks import Refused
from contests.models import Award, Entry
from contests.refusals import StaffRefusal
from mail import reminders
from mail.models import Letter
from tests.factories.contests import (
    DAY,
    ContestFactory,
    DivisionFactory,
    EntryFactory,
    PrizeFactory,
    RoundFactory,
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


class TestTiers:
    def award(self, entry, title="Giải Nhất"):
        return decisions.award(
            entry_id=entry.pk, title=title, by=None, now=entry.contest.closes_at
        )

    def test_only_so_many_in_each_division(self, now):
        contest = ContestFactory()
        PrizeFactory(contest=contest, title="Giải Nhất", number=1, order=3)
        ours, theirs = (DivisionFactory(contest=contest) for _ in range(2))
        first, second = (submitted(contest, division=ours) for _ in range(2))
        elsewhere = submitted(contest, division=theirs)
        for entry in (first, first, elsewhere):
            assert self.award(entry).award.order == 3
        assert refusal_of(self.award, entry=second) is StaffRefusal.TIER_FULL
        self.award(first, "")
        assert self.award(second).state == State.AWARDED

    def test_a_prize_of_a_work_that_is_out_is_free_again(self, now):
        contest = ContestFactory()
        PrizeFactory(contest=contest, title="Giải Nhất", number=1)
        division = DivisionFactory(contest=contest)
        first, second = (submitted(contest, division=division) for _ in range(2))
        self.award(first)
        decisions.disqualify(entry_id=first.pk, reason="Chép bài", by=None, now=now)
        assert self.award(second).state == State.AWARDED

    def test_a_shortlisted_work_let_in_again_is_shortlisted(self, now):
        entry = submitted(went_on=True, state=State.DISQUALIFIED)
        for _time in range(2):
            back = decisions.reinstate(entry_id=entry.pk, by=None, now=now)
            assert back.state == State.SHORTLISTED

    def test_a_prize_taken_from_a_shortlisted_work_leaves_it_there(self, now):
        entry = submitted(went_on=True)
        self.award(entry)
        assert self.award(entry, "").state == State.SHORTLISTED


class TestRelease:
    def contest(self):
        contest = ContestFactory()
        RoundFactory(contest=contest)
        return contest

    def test_pressed_twice_it_comes_out_once_and_one_letter_each(self):
        """Case 25."""
        contest = self.contest()
        entries = [submitted(contest) for _ in range(3)]
        at = contest.rounds.get().ends_at
        decisions.award(entry_id=entries[0].pk, title="Giải Nhất", by=None, now=at)
        for later in (at, at + dt.timedelta(minutes=1)):
            released = decisions.release(contest_id=contest.pk, by=None, now=later)
            assert released.results_at == at
            reminders.queue_due(later)
        results = letters(emails.RESULT)
        assert results.count() == 3
        won = [one.about_id for one in results if "Giải Nhất" in one.text]
        assert won == [entries[0].pk]

    def test_not_while_judging_goes_on(self):
        contest = self.contest()
        early = contest.rounds.get().ends_at - TICK
        act = {"contest_id": contest.pk, "by": None, "now": early}
        assert refusal_of(decisions.release, **act) is StaffRefusal.JUDGING_ON
        refusal = refusal_of(decisions.set_results_time, moment=early, **act)
        assert refusal is StaffRefusal.JUDGING_ON
