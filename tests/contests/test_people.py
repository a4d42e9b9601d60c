"""My page, personal data, two records of one person, units that end, the desk."""

import datetime as dt
import json

import pytest

from contests import people
from contests.models import Author, Entry, EntryFile, JudgeAssignment, Score
from members import desk, merge, privacy, timeline
from members.models import Person, Role, UnitSuccession, User
from tests.factories.contests import (
    DAY,
    AuthorFactory,
    AwardFactory,
    ContestFactory,
    CriterionFactory,
    DivisionFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
    an_organiser,
    child,
    complete,
    guardian_agrees,
    scored,
    submitted,
)
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


class TestMyPage:
    def entries(self, person, now):
        ahead, _ongoing, past = timeline.entries(person, now)
        return [
            entry for entry in ahead + past if entry.kind in {"Contest", "Cuộc thi"}
        ]

    def test_drafts_and_entries_until_the_deadline(self, now):
        entry = EntryFactory()
        [shown] = self.entries(entry.owner.person, now)
        assert shown.at == entry.contest.closes_at
        assert (shown.state, shown.url) == (State.DRAFT, entry.get_absolute_url())

    def test_a_prize_is_no_secret_only_once_results_are_out(self, now):
        contest = ContestFactory(results_at=now + 20 * DAY)
        entry = submitted(contest, state=State.AWARDED)
        AwardFactory(entry=entry)
        [before] = self.entries(entry.owner.person, contest.results_at - DAY)
        [after] = self.entries(entry.owner.person, contest.results_at)
        assert (before.state, after.state) == (State.SUBMITTED, State.AWARDED)

    def test_a_co_author_sees_it_and_is_led_to_the_contest(self, now):
        author = AuthorFactory()
        [shown] = self.entries(author.person, now)
        assert shown.url == author.entry.contest.get_absolute_url()

    def test_once_for_who_is_owner_and_author(self, now):
        entry = complete()
        assert len(self.entries(entry.owner.person, now)) == 1


class TestPersonalData:
    def test_everything_is_handed_out_but_no_secret(self, now):
        contest = ContestFactory(results_at=now + 20 * DAY)
        entry = submitted(contest, state=State.AWARDED)
        AwardFactory(entry=entry, title="Giải Bí Mật")
        person = entry.owner.person
        [row] = privacy.export_person(person)["contests.author"]
        assert row["code"] == entry.code
        assert row["files"][0]["name"] == entry.files.get().name
        text = json.dumps(row, ensure_ascii=False)
        assert "Giải Bí Mật" not in text
        assert str(State.AWARDED.label) not in text

    def test_an_unjudged_work_of_one_leaves_nothing(
        self, now, stored, django_capture_on_commit_callbacks
    ):
        entry = submitted()
        person = entry.owner.person
        assert len(stored()) == 1
        with django_capture_on_commit_callbacks(execute=True):
            assert privacy.erase_person(person=person, now=now)
        assert stored() == []
        assert not Entry.objects.exists()
        assert not EntryFile.objects.exists()
        assert not Person.objects.filter(pk=person.pk).exists()

    def test_a_judged_work_stays_as_scores_without_name_text_and_file(
        self, now, stored, django_capture_on_commit_callbacks
    ):
        entry = submitted(state=State.AWARDED)
        AwardFactory(entry=entry)
        assignment = JudgeAssignmentFactory(entry=entry, round__contest=entry.contest)
        CriterionFactory(round=assignment.round)
        scored(assignment, 8)
        with django_capture_on_commit_callbacks(execute=True):
            for _time in range(2):
                privacy.erase_person(person=entry.owner.person, now=now)
        entry.refresh_from_db()
        assert (entry.title, entry.summary, entry.owner) == ("—", "", None)
        assert entry.folded_title.strip("—") == ""
        assert entry.state == State.WITHDRAWN
        assert stored() == []
        assert Score.objects.count() == 1

    def test_the_work_of_others_stays_theirs(
        self, now, stored, django_capture_on_commit_callbacks
    ):
        entry = submitted()
        other = AuthorFactory(entry=entry)
        with django_capture_on_commit_callbacks(execute=True):
            privacy.erase_person(person=entry.owner.person, now=now)
        entry.refresh_from_db()
        assert [author.pk for author in entry.authors.all()] == [other.pk]
        assert (entry.state, entry.owner) == (State.SUBMITTED, None)
        assert len(stored()) == 1

    def test_a_judge_who_leaves_leaves_the_scores(self, now):
        assignment = JudgeAssignmentFactory()
        CriterionFactory(round=assignment.round)
        scored(assignment, 8)
        judge = assignment.judge
        privacy.erase_person(person=judge.person, now=now)
        judge = User.objects.get(pk=judge.pk)
        assert not judge.is_active
        assert JudgeAssignment.objects.get().judge == judge
        assert Score.objects.exists()

    def test_a_child_is_erased_with_guardian_and_consent(self, now):
        division = DivisionFactory(min_age=11, max_age=15)
        owner = UserFactory(person=child())
        submitted(division.contest, owner=owner, division=division)
        guardian_agrees(owner.person, division.contest)
        assert privacy.erase_person(person=owner.person, now=now)
        assert not Entry.objects.exists()


class TestMerge:
    def test_authorships_go_over_and_none_is_double(self, now):
        keep, drop = PersonFactory(), PersonFactory()
        both = EntryFactory()
        for person in (keep, drop):
            AuthorFactory(entry=both, person=person)
        alone = AuthorFactory(person=drop).entry
        merge.merge_people(keep=keep, drop=drop, now=now)
        rows = Author.objects.order_by("entry").values_list("entry", "person")
        assert list(rows) == [(both.pk, keep.pk), (alone.pk, keep.pk)]


class TestSuccession:
    def succeed(self, old, new, now):
        people.ContestsOfUnits().succeed(
            old=old,
            new=new,
            kind=UnitSuccession.Kind.MERGE,
            date=dt.date(2026, 11, 23),
            now=now,
        )

    def test_what_is_not_decided_goes_to_the_heir(self, now):
        old, new = UnitFactory(), UnitFactory()
        open_ = ContestFactory(unit=old)
        ahead = ContestFactory(unit=old, results_at=now + 20 * DAY)
        over = ContestFactory(
            unit=old,
            opens_at=now - 9 * DAY,
            closes_at=now - 5 * DAY,
            results_at=now - DAY,
        )
        self.succeed(old, None, now)
        self.succeed(old, new, now)
        for contest, unit in ((open_, new), (ahead, new), (over, old)):
            contest.refresh_from_db()
            assert contest.unit == unit


class TestDesk:
    def tasks(self, user, now):
        return [(task.count, task.url) for task in desk.tasks(user, now)]

    def test_organisers_are_told_of_entries_without_enough_judges(self, now):
        round_ = RoundFactory(quorum=2)
        contest = round_.contest
        lacking, given = submitted(contest), submitted(contest)
        JudgeAssignmentFactory(round=round_, entry=lacking)
        JudgeAssignmentFactory(round=round_, entry=lacking, conflict="Người nhà")
        for _ in range(2):
            JudgeAssignmentFactory(round=round_, entry=given)
        EntryFactory(contest=contest)
        user = an_organiser(contest)
        stranger = AssignmentFactory(
            role=Role.CONTEST_ORGANISER, unit=UnitFactory()
        ).user
        at = contest.closes_at
        assert self.tasks(user, at - DAY) == []
        [(count, url)] = self.tasks(user, at)
        assert count == 1
        assert "missing=judges" in url
        assert self.tasks(stranger, at) == []
        [(_count, url)] = self.tasks(user, round_.ends_at)
        assert url.endswith("/ranking/")

    def test_judges_are_told_what_is_left_to_score(self, now):
        round_ = RoundFactory()
        CriterionFactory(round=round_)
        judge = a_judge()
        for fields in ({}, {}, {"conflict": "Người nhà"}):
            JudgeAssignmentFactory(round=round_, judge=judge, **fields)
        JudgeAssignmentFactory(round=round_, judge=judge, entry__state=State.WITHDRAWN)
        JudgeAssignmentFactory(round=round_)
        assert self.tasks(judge, round_.starts_at - DAY) == []
        assert self.tasks(judge, round_.starts_at) == [(2, "/cham-thi/")]
        scored(JudgeAssignment.objects.of(judge).open(round_.starts_at)[0], 5)
        assert self.tasks(judge, round_.starts_at) == [(1, "/cham-thi/")]
