"""Reminders of drafts and the letters of the results, each once, none too early."""

import datetime as dt

import pytest

from contests import emails, reminders
from contests.models import Entry
from mail import reminders as sweep
from mail.kinds import Drop, Keep, Renew
from mail.models import Letter
from tests.factories.contests import (
    DAY,
    AwardFactory,
    ContestFactory,
    EntryFactory,
    State,
    submitted,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
TICK = dt.timedelta(microseconds=1)
# 16:00 in Việt Nam on 3 December, so that no lead falls into the night.
CLOSES = dt.datetime(2026, 12, 3, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def contest():
    return ContestFactory(closes_at=CLOSES)


def draft(contest, **fields):
    return EntryFactory(contest=contest, created_at=CLOSES - 9 * DAY, **fields)


def letters(kind=emails.REMINDER):
    return Letter.objects.filter(kind=kind)


class TestDrafts:
    def test_seven_days_two_days_and_six_hours_before(self, contest):
        entry = draft(contest)
        sent = []
        moment = CLOSES - 8 * DAY
        while moment < CLOSES + HOUR:
            if sweep.queue_due(moment):
                sent.append(CLOSES - moment)
            moment += HOUR
        assert sent == [7 * DAY, 2 * DAY, 6 * HOUR]
        assert {letter.address for letter in letters()} == {entry.owner.email}
        assert "16:00, Thứ Năm 03/12/2026" in letters().first().subject

    def test_two_sweeps_write_one_letter(self, contest):
        draft(contest)
        assert sweep.queue_due(CLOSES - 7 * DAY) == 1
        assert sweep.queue_due(CLOSES - 7 * DAY) == 0

    def test_of_several_only_the_latest(self, contest):
        draft(contest)
        sweep.queue_due(CLOSES - 5 * HOUR)
        assert [":360:" in letter.dedupe_key for letter in letters()] == [True]

    @pytest.mark.parametrize(
        "state",
        [State.SUBMITTED, State.WITHDRAWN, State.DISQUALIFIED, State.AWARDED],
    )
    def test_only_drafts(self, contest, state):
        submitted(contest, state=state)
        assert sweep.queue_due(CLOSES - 7 * DAY) == 0

    def test_not_what_was_begun_after_the_reminders_time(self, contest):
        at = CLOSES - 2 * DAY
        EntryFactory(contest=contest, created_at=at - TICK)
        EntryFactory(contest=contest, created_at=at)
        assert sweep.queue_due(at + HOUR) == 1

    def test_not_of_a_contest_that_is_no_longer_public(self):
        contest = ContestFactory(state="draft", closes_at=CLOSES)
        draft(contest)
        assert sweep.queue_due(CLOSES - 7 * DAY) == 0

    def test_just_before_it_leaves_it_is_asked_again(self, contest):
        entry = draft(contest)
        at = CLOSES - 2 * DAY
        sweep.queue_due(at)
        letter = letters().get()
        assert isinstance(reminders.recheck_reminder(letter, at), Keep)
        assert isinstance(reminders.recheck_reminder(letter, CLOSES), Drop)
        contest.closes_at = CLOSES + DAY
        contest.save()
        assert isinstance(reminders.recheck_reminder(letter, at), Drop)
        contest.closes_at = CLOSES
        contest.save()
        Entry.objects.filter(pk=entry.pk).update(state=State.WITHDRAWN)
        assert isinstance(reminders.recheck_reminder(letter, at), Drop)

    def test_a_moved_deadline_is_reminded_of_anew(self, contest):
        draft(contest)
        sweep.queue_due(CLOSES - 2 * DAY)
        contest.closes_at = CLOSES + 3 * DAY
        contest.save()
        assert sweep.queue_due(CLOSES + DAY) == 1

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_questions_do_not_grow_with_the_drafts(
        self, contest, number, django_assert_num_queries
    ):
        for _ in range(number):
            draft(contest)
        with django_assert_num_queries(2):
            assert len(list(reminders.DraftReminders().due(CLOSES - 2 * DAY))) == number


class TestResults:
    @pytest.fixture
    def decided(self):
        contest = ContestFactory(closes_at=CLOSES, results_at=CLOSES + 10 * DAY)
        winner = submitted(contest, state=State.AWARDED)
        AwardFactory(entry=winner, title="Giải Nhất")
        return contest, winner, submitted(contest)

    def test_not_before_the_moment_and_then_to_everybody_once(self, decided):
        contest, winner, other = decided
        for state in (State.DRAFT, State.WITHDRAWN):
            EntryFactory(contest=contest, state=state)
        submitted(contest, state=State.DISQUALIFIED)
        assert sweep.queue_due(contest.results_at - TICK) == 0
        assert sweep.queue_due(contest.results_at) == 2
        assert sweep.queue_due(contest.results_at + HOUR) == 0
        texts = {letter.address: letter.text for letter in letters(emails.RESULT)}
        assert set(texts) == {winner.owner.email, other.owner.email}
        assert "Giải Nhất" in texts[winner.owner.email]
        assert "Giải Nhất" not in texts[other.owner.email]
        assert "/ket-qua/" in texts[other.owner.email]

    def test_old_results_are_no_news(self, decided):
        contest, *_ = decided
        assert sweep.queue_due(contest.results_at + reminders.STALE) == 0

    def test_without_a_moment_nothing_leaves(self):
        submitted(ContestFactory(closes_at=CLOSES))
        assert sweep.queue_due(CLOSES + 30 * DAY) == 0

    def test_just_before_it_leaves_it_is_asked_again(self, decided):
        contest, winner, _other = decided
        at = contest.results_at
        sweep.queue_due(at)
        letter = letters(emails.RESULT).get(address=winner.owner.email)

        def verdict():
            return reminders.recheck_result(letter, at)

        assert isinstance(verdict(), Keep)
        winner.award.title = "Giải Nhì"
        winner.award.save()
        renewed = verdict()
        assert isinstance(renewed, Renew)
        assert "Giải Nhì" in renewed.content.text
        type(contest).objects.update(results_at=at + DAY)
        assert isinstance(verdict(), Drop)
        type(contest).objects.update(results_at=at)
        Entry.objects.filter(pk=winner.pk).update(state=State.DISQUALIFIED)
        assert isinstance(verdict(), Drop)


class TestReceipt:
    def test_is_dropped_when_the_entry_is_out_by_then(self, now):
        from contests import actions
        from tests.factories.contests import complete

        entry = complete()
        actions.submit(entry_id=entry.pk, by=None, now=now)
        letter = letters(emails.RECEIPT).get()
        assert isinstance(emails.recheck_receipt(letter, now), Keep)
        actions.withdraw(entry_id=entry.pk, by=None, now=now)
        assert isinstance(emails.recheck_receipt(letter, now), Drop)
