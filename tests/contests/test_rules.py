"""Each reason of each rule, windows to the second."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from contests import rules
from contests.models import Contest, Entry, EntryFile
from contests.rules import EntryRefusal, Lack
from members.models import Role
from tests.factories.contests import (
    DAY,
    AuthorFactory,
    AwardFactory,
    ContestFactory,
    DivisionFactory,
    EntryFactory,
    EntryFileFactory,
    JudgeAssignmentFactory,
    State,
    a_judge,
    an_organiser,
    child,
    complete,
    guardian_agrees,
    submitted,
)
from tests.factories.members import (
    AssignmentFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
TICK = dt.timedelta(microseconds=1)


def lacks(entry, now):
    fresh = Entry.objects.for_page().get(pk=entry.pk)
    return [one.lack for one in rules.missing(fresh, now=now)]


class TestEnter:
    def test_the_window_is_half_open(self):
        contest, user = ContestFactory(), UserFactory()

        def ask(moment):
            return rules.why_not_enter(contest, user, now=moment)

        assert ask(contest.opens_at - TICK) is EntryRefusal.NOT_YET_OPEN
        assert ask(contest.opens_at) is None
        assert ask(contest.closes_at - TICK) is None
        assert ask(contest.closes_at) is EntryRefusal.CLOSED

    def test_a_draft_takes_no_entries(self, now):
        contest = ContestFactory(state=Contest.State.DRAFT)
        refusal = rules.why_not_enter(contest, UserFactory(), now=now)
        assert refusal is EntryRefusal.NOT_PUBLISHED

    def test_jury_and_organisers_do_not_enter(self, now):
        contest = ContestFactory()
        judge = JudgeAssignmentFactory(round__contest=contest).judge
        other = JudgeAssignmentFactory().judge
        for user in (judge, an_organiser(contest)):
            refusal = rules.why_not_enter(contest, user, now=now)
            assert refusal is EntryRefusal.JURY
        assert rules.why_not_enter(contest, other, now=now) is None

    def test_nobody_fills_the_desk(self, now, monkeypatch):
        monkeypatch.setattr(rules, "MAX_ENTRIES_AN_ACCOUNT", 2)
        entry = EntryFactory()
        ask = lambda: rules.why_not_enter(entry.contest, entry.owner, now=now)  # noqa: E731
        assert ask() is None
        EntryFactory(contest=entry.contest, owner=entry.owner)
        assert ask() is EntryRefusal.TOO_MANY

    def test_a_refusal_says_when(self, now):
        contest = ContestFactory()
        text = EntryRefusal.CLOSED.sentence(contest)
        assert "03/12/2026" in text or "3 December 2026" in text


class TestMissing:
    def test_a_complete_entry_lacks_nothing(self, now):
        assert lacks(complete(), now) == []

    @pytest.mark.parametrize(
        ("fields", "lack"),
        [
            ({"title": ""}, Lack.TITLE),
            ({"summary": ""}, Lack.SUMMARY),
            ({"division": None}, Lack.DIVISION),
        ],
    )
    def test_each_text(self, now, fields, lack):
        assert lacks(complete(**fields), now) == [lack]

    def test_too_few_and_too_many_authors(self, now):
        entry = EntryFactory(contest__max_authors=1)
        EntryFileFactory(entry=entry)
        assert lacks(entry, now) == [Lack.FEW_AUTHORS]
        AuthorFactory(entry=entry)
        assert lacks(entry, now) == []
        AuthorFactory(entry=entry)
        assert lacks(entry, now) == [Lack.MANY_AUTHORS]

    @pytest.mark.parametrize(
        ("born", "fits"),
        [
            (dt.date(2011, 1, 2), False),  # 15 until the day after
            (dt.date(2011, 1, 1), True),  # 16 on that very day
            (dt.date(1996, 1, 2), True),  # still 30
            (dt.date(1996, 1, 1), False),  # 31 on that very day
        ],
    )
    def test_the_ages_of_the_division_to_the_day(self, now, born, fits):
        entry = complete(contest=ContestFactory(max_authors=2))
        author = AuthorFactory(entry=entry, person__birth_date=born)
        guardian_agrees(author.person, entry.contest)
        assert lacks(entry, now) == ([] if fits else [Lack.AGE])

    def test_somebody_born_on_29_february_has_a_birthday_on_1_march(self):
        born = dt.date(2008, 2, 29)
        assert rules.age_on(born, dt.date(2026, 2, 28)) == 17
        assert rules.age_on(born, dt.date(2026, 3, 1)) == 18

    def test_a_bare_year_of_birth_is_not_enough(self, now):
        entry = complete()
        person = entry.authors.get().person
        person.birth_date, person.birth_year = None, 2000
        person.save()
        assert lacks(entry, now) == [Lack.BIRTH_DATE]

    def test_who_has_no_date_of_birth_counts_as_a_child(self, now):
        entry = complete()
        person = entry.authors.get().person
        person.birth_date = person.birth_year = None
        person.save()
        assert lacks(entry, now) == [Lack.BIRTH_DATE, Lack.GUARDIAN]

    def test_each_child_needs_a_guardian_of_its_own(self, now):
        division = DivisionFactory(min_age=11, max_age=15)
        entry = EntryFactory(division=division, contest=division.contest)
        EntryFileFactory(entry=entry)
        first, second = (AuthorFactory(entry=entry, person=child()) for _ in range(2))
        assert lacks(entry, now) == [Lack.GUARDIAN] * 2
        guardian_agrees(first.person, entry.contest)
        assert lacks(entry, now) == [Lack.GUARDIAN]
        guardian_agrees(second.person, ContestFactory())  # another contest
        assert lacks(entry, now) == [Lack.GUARDIAN]
        guardian_agrees(second.person, entry.contest)
        assert lacks(entry, now) == []

    def test_the_sixteenth_birthday_ends_it(self, now):
        entry = complete()
        person = entry.authors.get().person
        person.birth_date = dt.date(2010, 11, 24)  # sixteen tomorrow
        person.save()
        assert lacks(entry, now) == [Lack.GUARDIAN]
        assert lacks(entry, now + DAY) == []

    @pytest.mark.parametrize(
        ("state", "missing"),
        [
            # Our scanner that is away must not cost an entrant the deadline.
            (EntryFile.State.SCANNING, []),
            (EntryFile.State.QUARANTINED, [Lack.FILE_LOCKED]),
        ],
    )
    def test_files_that_nobody_may_open(self, now, state, missing):
        entry = complete()
        EntryFileFactory(entry=entry, state=state)
        assert lacks(entry, now) == missing

    def test_no_file(self, now):
        entry = EntryFactory()
        AuthorFactory(entry=entry)
        assert lacks(entry, now) == [Lack.FILE]


class TestFilesAndTheDeadline:
    """The one written rule, to the microsecond at each of its three edges."""

    LATE = dt.timedelta(minutes=15)

    @pytest.mark.parametrize(
        ("begun", "ended", "refusal"),
        [
            (-TICK, -TICK, None),
            (-DAY, TICK * 0, None),
            (-TICK, LATE - TICK, None),
            (-TICK, LATE, EntryRefusal.CLOSED),
            (TICK * 0, TICK, EntryRefusal.CLOSED),
            (TICK * 0, LATE - TICK, EntryRefusal.CLOSED),
        ],
    )
    def test_begun_before_it_and_ended_within_fifteen_minutes(
        self, begun, ended, refusal
    ):
        entry = complete()
        closes = entry.contest.closes_at
        assert (
            rules.why_not_take_file(entry, begun_at=closes + begun, now=closes + ended)
            is refusal
        )
        assert (
            rules.why_not_add_file(entry, begun_at=closes + begun, now=closes + ended)
            is refusal
        )

    def test_an_entry_that_is_out_takes_nothing(self):
        entry = complete(state=State.WITHDRAWN)
        closes = entry.contest.closes_at
        refusal = rules.why_not_take_file(entry, begun_at=closes - TICK, now=closes)
        assert refusal is EntryRefusal.LOCKED

    def test_whose_file_came_in_late_hands_in_within_the_same_minutes(self):
        entry = complete()
        closes = entry.contest.closes_at
        EntryFileFactory(entry=entry, begun_at=closes - TICK, uploaded_at=closes)
        ask = rules.why_not_submit
        assert ask(entry, now=closes) is None
        assert ask(entry, now=closes + self.LATE - TICK) is None
        assert ask(entry, now=closes + self.LATE) is EntryRefusal.CLOSED

    def test_a_file_in_time_opens_nothing_afterwards(self):
        entry = complete()
        closes = entry.contest.closes_at
        EntryFileFactory(entry=entry, begun_at=closes - DAY, uploaded_at=closes - TICK)
        assert rules.why_not_submit(entry, now=closes) is EntryRefusal.CLOSED

    def test_texts_stay_locked_meanwhile(self):
        entry = complete()
        closes = entry.contest.closes_at
        EntryFileFactory(entry=entry, begun_at=closes - TICK, uploaded_at=closes)
        assert rules.why_not_save(entry, now=closes) is EntryRefusal.CLOSED


class TestSaveSubmitWithdraw:
    def test_saving_and_submitting_end_at_the_deadline(self):
        entry = complete()
        closes = entry.contest.closes_at
        for ask in (rules.why_not_save, rules.why_not_submit):
            assert ask(entry, now=closes - TICK) is None
            assert ask(entry, now=closes) is EntryRefusal.CLOSED

    @pytest.mark.parametrize(
        "state", [State.WITHDRAWN, State.DISQUALIFIED, State.SHORTLISTED, State.AWARDED]
    )
    def test_what_is_out_or_decided_is_locked(self, now, state):
        entry = submitted(state=state)
        assert rules.why_not_save(entry, now=now) is EntryRefusal.LOCKED

    def test_what_lacks_something_is_not_submitted(self, now):
        entry = EntryFactory()
        assert rules.why_not_submit(entry, now=now) is EntryRefusal.MISSING

    def test_files_up_to_the_number(self, now):
        entry = EntryFactory(contest__max_files=1)
        assert rules.why_not_add_file(entry, now=now) is None
        EntryFileFactory(entry=entry)
        assert rules.why_not_add_file(entry, now=now) is EntryRefusal.FILES_FULL

    def test_withdrawing_tells_nothing_of_a_prize(self, now):
        """The answer for a prize winner is that of everybody until results are out."""
        results = now + 20 * DAY
        contest = ContestFactory(results_at=results)
        for state in Entry.IN_CONTEST:
            entry = submitted(contest, state=state)
            assert rules.why_not_withdraw(entry, now=results - TICK) is None
            refusal = rules.why_not_withdraw(entry, now=results)
            assert refusal is EntryRefusal.RESULTS_OUT
            shown = rules.state_shown(entry, now=results - TICK)
            assert shown == State.SUBMITTED
            assert rules.state_shown(entry, now=results) == state

    def test_withdrawing_twice_and_what_was_taken_out(self, now):
        entry = EntryFactory(state=State.WITHDRAWN)
        assert rules.why_not_withdraw(entry, now=now) is EntryRefusal.GONE
        entry = submitted(state=State.DISQUALIFIED)
        assert rules.why_not_withdraw(entry, now=now) is EntryRefusal.OUT

    def test_reopening_until_the_deadline(self):
        entry = EntryFactory(state=State.WITHDRAWN)
        closes = entry.contest.closes_at
        assert rules.why_not_reopen(entry, now=closes - TICK) is None
        assert rules.why_not_reopen(entry, now=closes) is EntryRefusal.CLOSED


class TestSee:
    def test_owner_and_organisers_and_nobody_else(self, now):
        assignment = JudgeAssignmentFactory()
        entry = assignment.entry
        unit = UnitFactory()
        may = [
            entry.owner,
            an_organiser(entry.contest),
            AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=entry.contest.unit).user,
        ]
        may_not = [
            AnonymousUser(),
            UserFactory(),
            submitted(entry.contest).owner,
            assignment.judge,
            a_judge(),
            AssignmentFactory(role=Role.CONTEST_ORGANISER, unit=unit).user,
            AssignmentFactory(role=Role.EDITOR, unit=entry.contest.unit).user,
        ]
        file = EntryFileFactory(entry=entry)
        for user in may:
            assert rules.may_see_entry(entry, user), user
            assert rules.may_download(file, user), user
        for user in may_not:
            assert not rules.may_see_entry(entry, user), user
            assert not rules.may_download(file, user), user

    @pytest.mark.parametrize(
        ("state", "may"),
        [
            (EntryFile.State.CLEAN, True),
            (EntryFile.State.UNSCANNED, True),
            (EntryFile.State.SCANNING, False),
            (EntryFile.State.UPLOADING, False),
            (EntryFile.State.QUARANTINED, False),
        ],
    )
    def test_what_is_held_or_locked_opens_for_nobody(self, state, may):
        file = EntryFileFactory(state=state)
        assert rules.may_download(file, file.entry.owner) is may


class TestResults:
    def test_a_draft_contest_has_no_public_results(self, now):
        contest = ContestFactory(state=Contest.State.DRAFT, results_at=now + 20 * DAY)
        assert not rules.results_public(contest, now=now + 21 * DAY)

    def test_a_hidden_name_is_said_to_be_hidden(self):
        author = AwardFactory() and AuthorFactory()
        assert rules.author_name(author, {author.person_id}) == str(author.person)
        assert str(author.person) not in rules.author_name(author, set())
