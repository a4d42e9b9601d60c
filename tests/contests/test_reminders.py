"""Reminders of drafts and the letters of the results, each once, none too early."""

import datetime as dt
import re

import pytest

from contests import emails, reminders
from contests.models import Entry, JudgeAssignment
from contests.rules import consent_about
from mail import reminders as sweep
from mail.kinds import Drop, Keep, Renew
from mail.models import Letter
from members import guardians
from members.models import Consent, GuardianRequest
from tests.factories.contests import (
    DAY,
    AuthorFactory,
    AwardFactory,
    ContestFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
    child,
    guardian_agrees,
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


class TestGuardians:
    @pytest.fixture
    def asked(self, contest):
        """A mother was asked a week before the deadline about the author of a draft."""
        author = AuthorFactory(
            entry=draft(contest), person=child(full_name="Nông Thị Lan")
        )
        guardians.ask(
            child=author.person,
            guardian_name="Bàn Thị Mai",
            relation="mẹ",
            email="me@example.com",
            purpose=Consent.Purpose.CONTEST,
            about=consent_about(contest),
            matter=contest.title,
            asked_by=author.entry.owner,
            now=CLOSES - 7 * DAY,
        )
        return GuardianRequest.objects.get()

    def test_three_days_and_one_day_before_and_the_link_answers(
        self, contest, asked, client
    ):
        for before in (4, 3, 2, 1):
            sweep.queue_due(CLOSES - before * DAY)
        reminders_ = letters(emails.GUARDIAN_REMINDER).order_by("pk")
        assert [letter.created_at is not None for letter in reminders_] == [True] * 2
        assert {letter.address for letter in reminders_} == {"me@example.com"}
        assert all(letter.secret for letter in reminders_)
        url = re.search(r"https?://[^/]+(/\S+)", reminders_[0].text)[1]
        page = client.get(url)
        assert page.status_code == 200
        assert "Nông Thị Lan" in page.content.decode()

    def test_the_link_of_the_reminder_ends_with_the_question(self, asked):
        token = guardians.reminder_token(asked)
        guardians.give(
            token=token, full_name="Bàn Thị Mai", relation="mẹ", now=CLOSES - 2 * DAY
        )
        assert Consent.objects.filter(guardian__isnull=False).count() == 1
        with pytest.raises(guardians.Unusable):
            guardians.decline(token=token, now=CLOSES - 2 * DAY)
        assert sweep.queue_due(CLOSES - DAY) == 1  # the draft's own, not this one
        assert not letters(emails.GUARDIAN_REMINDER).exists()

    @pytest.mark.parametrize("change", ["1.", "x", "0"])
    def test_a_forged_link_opens_nothing(self, asked, change):
        number, _dot, signature = guardians.reminder_token(asked).partition(".")
        forged = f"{number}.{change}{signature}"
        with pytest.raises(GuardianRequest.DoesNotExist):
            guardians.find(forged)

    def test_whoever_agreed_on_paper_meanwhile_is_left_alone(self, contest, asked):
        sweep.queue_due(CLOSES - 3 * DAY)
        letter = letters(emails.GUARDIAN_REMINDER).get()
        at = CLOSES - 3 * DAY
        assert isinstance(reminders.recheck_guardian_reminder(letter, at), Keep)
        guardian_agrees(asked.child, contest)
        assert isinstance(reminders.recheck_guardian_reminder(letter, at), Drop)

    def test_nobody_is_asked_about_what_was_handed_in_or_withdrawn(
        self, contest, asked
    ):
        Entry.objects.update(state=State.WITHDRAWN)
        sweep.queue_due(CLOSES - 3 * DAY)
        assert not letters(emails.GUARDIAN_REMINDER).exists()


class TestJudges:
    ENDS = CLOSES + 14 * DAY

    @pytest.fixture
    def owing(self, contest):
        """A judge with two entries to score, given when judging began."""
        round_ = RoundFactory(contest=contest, starts_at=CLOSES, ends_at=self.ENDS)
        judge = a_judge()
        for _number in range(2):
            JudgeAssignmentFactory(round=round_, judge=judge, assigned_at=CLOSES)
        return judge

    def sent(self):
        return letters(emails.JUDGE_REMINDER).order_by("pk")

    def test_three_days_and_one_day_before_with_the_number(self, owing):
        for before in (4, 3, 2, 1):
            sweep.queue_due(self.ENDS - before * DAY)
        assert [letter.address for letter in self.sent()] == [owing.email] * 2
        assert "2 " in self.sent().first().subject

    def test_who_has_scored_everything_hears_nothing(self, owing):
        JudgeAssignment.objects.update(scored_at=CLOSES)
        sweep.queue_due(self.ENDS - 3 * DAY)
        assert not self.sent().exists()

    def test_the_number_is_told_anew_and_nothing_is_dropped_silently(self, owing):
        at = self.ENDS - 3 * DAY
        sweep.queue_due(at)
        letter = self.sent().get()
        one = JudgeAssignment.objects.first()
        JudgeAssignment.objects.filter(pk=one.pk).update(scored_at=CLOSES)
        verdict = reminders.recheck_judge_reminder(letter, at)
        assert "1 " in verdict.content.subject
        JudgeAssignment.objects.update(scored_at=CLOSES)
        assert isinstance(reminders.recheck_judge_reminder(letter, at), Drop)

    def test_what_was_given_after_the_reminders_time_is_no_reason(self, owing):
        at = self.ENDS - 3 * DAY
        JudgeAssignment.objects.update(assigned_at=at)
        sweep.queue_due(at)
        assert not self.sent().exists()
