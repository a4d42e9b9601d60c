"""Who gets which entries: by hand, and by a proposal that is looked at first."""

from collections import Counter

import pytest

from contests import emails
from contests.judging import assigning, conflicts
from contests.judging.conflicts import Closeness
from contests.locks import Refused
from contests.models import Entry, JudgeAssignment
from contests.ranking import calibration
from contests.refusals import StaffRefusal
from mail.models import Letter
from tests.factories.contests import (
    DAY,
    AuthorFactory,
    CriterionFactory,
    DivisionFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
    scored,
    submitted,
)
from tests.factories.members import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def letters(kind):
    return Letter.objects.filter(kind=kind)


class TestByHand:
    def test_judges_get_their_entries_once_and_one_letter(self, now):
        round_ = RoundFactory()
        entries = [submitted(round_.contest) for _ in range(3)]
        judges = [a_judge(), a_judge()]
        act = {
            "round_id": round_.pk,
            "entry_ids": [entry.pk for entry in entries],
            "judges": judges,
            "by": None,
            "now": now,
        }
        assert assigning.assign_judges(**act).new == 6
        assert assigning.assign_judges(**act).new == 0
        assert letters(emails.ASSIGNED).count() == 2
        codes = JudgeAssignment.objects.values_list("blind_code", flat=True)
        assert len(set(codes)) == 6
        text = letters(emails.ASSIGNED).first().text
        for entry in entries:
            assert entry.title not in text
            assert entry.code not in text

    def test_who_is_too_close_or_no_judge_is_named_not_assigned(self, now):
        round_ = RoundFactory()
        entry = submitted(round_.contest)
        close = a_judge()
        AuthorFactory(entry=entry, person=close.person)
        draft = EntryFactory(contest=round_.contest)
        elsewhere = submitted()
        outcome = assigning.assign_judges(
            round_id=round_.pk,
            entry_ids=[entry.pk, draft.pk, elsewhere.pk],
            judges=[close, UserFactory()],
            by=None,
            now=now,
        )
        assert outcome.new == 0
        reasons = [refusal for _entry, _judge, refusal in outcome.refused]
        assert sorted(reasons) == sorted(
            [
                StaffRefusal.CLOSE,
                StaffRefusal.NOT_A_JUDGE,
                StaffRefusal.NOT_IN_CONTEST,
                StaffRefusal.NOT_IN_CONTEST,
            ]
        )

    def test_a_later_round_takes_only_what_came_on(self, now):
        first = RoundFactory()
        final = RoundFactory(contest=first.contest, order=1, kind="final")
        entry = submitted(first.contest)
        outcome = assigning.assign_judges(
            round_id=final.pk,
            entry_ids=[entry.pk],
            judges=[a_judge()],
            by=None,
            now=now,
        )
        [(_entry, _judge, refusal)] = outcome.refused
        assert refusal is StaffRefusal.NOT_IN_ROUND


@pytest.fixture
def round_():
    round_ = RoundFactory(quorum=3)
    CriterionFactory(round=round_)
    return round_


def works(round_, number, **fields):
    division = fields.pop("division", None) or DivisionFactory(contest=round_.contest)
    return EntryFactory.create_batch(
        number, contest=round_.contest, division=division, in_contest=True, **fields
    )


def apply(round_, judges, plan, now, **kwargs):
    return assigning.apply_proposal(
        round_id=round_.pk,
        judges=judges,
        fingerprint=plan.fingerprint,
        by=None,
        now=now,
        **kwargs,
    )


class TestProposal:
    def test_every_work_gets_the_quorum_and_loads_differ_by_one_at_most(self, round_):
        works(round_, 20)
        plan = assigning.propose(round_, judges=[a_judge() for _ in range(7)])
        assert set(Counter(entry for entry, _judge in plan.pairs).values()) == {3}
        loads = [load.total for load in plan.loads]
        assert sum(loads) == 60
        assert max(loads) - min(loads) <= 1
        assert plan.short == []

    def test_judges_meet_in_ever_other_companies(self, round_):
        """Else scores could not be compared: six judges must not be two juries."""
        works(round_, 12)
        plan = assigning.propose(round_, judges=[a_judge() for _ in range(6)])
        readings = [(entry.pk, judge.pk, 50.0) for entry, judge in plan.pairs]
        assert calibration.why_not(readings) is None

    def test_it_is_the_same_until_something_changes(self, round_):
        works(round_, 5)
        judges = [a_judge() for _ in range(4)]
        one = assigning.propose(round_, judges=judges)
        other = assigning.propose(round_, judges=judges[::-1])
        assert one.fingerprint == other.fingerprint
        Entry.objects.filter(pk=one.pairs[0][0].pk).update(state=State.WITHDRAWN)
        after = assigning.propose(round_, judges=judges)
        assert after.fingerprint != one.fingerprint

    def test_the_load_so_far_counts_and_what_is_there_stays(self, round_):
        busy, free = a_judge(), a_judge()
        round_.quorum = 1
        for entry in works(round_, 4):
            JudgeAssignmentFactory(round=round_, entry=entry, judge=busy)
        works(round_, 4)
        plan = assigning.propose(round_, judges=[busy, free])
        assert {judge for _entry, judge in plan.pairs} == {free}

    def test_of_one_division_only(self, round_):
        ours = DivisionFactory(contest=round_.contest)
        works(round_, 2, division=ours)
        works(round_, 2)
        judges = [a_judge() for _ in range(3)]
        plan = assigning.propose(round_, judges=judges, division=ours)
        assert {entry.division for entry, _judge in plan.pairs} == {ours}

    def test_nobody_gets_what_they_are_too_close_to(self, round_):
        unit = UnitFactory()
        close = a_judge(user__person__unit=unit)
        [entry] = works(round_, 1)
        AuthorFactory(entry=entry, person__unit=unit)
        plan = assigning.propose(round_, judges=[close, a_judge(), a_judge()])
        assert close not in {judge for _entry, judge in plan.pairs}
        assert plan.short == [entry]
        [load] = [load for load in plan.loads if load.judge == close]
        assert load.close == {Closeness.UNIT: 1}

    def test_whoever_stepped_back_is_replaced(self, round_, now):
        works(round_, 1)
        judges = [a_judge() for _ in range(4)]
        plan = assigning.propose(round_, judges=judges)
        apply(round_, judges, plan, now)
        row = JudgeAssignment.objects.first()
        conflicts.declare_conflict(
            assignment_id=row.pk, reason="Người nhà", by=row.judge, now=now
        )
        again = assigning.propose(round_, judges=judges)
        [(_entry, judge)] = again.pairs
        given = JudgeAssignment.objects.values_list("judge", flat=True)
        assert judge.pk not in given

    def test_one_more_reading_only_where_judges_are_far_apart(self, round_):
        round_.quorum = 2
        round_.save()
        near, far = works(round_, 2)
        for entry, values in ((near, (8, 8)), (far, (9, 2))):
            for value in values:
                scored(JudgeAssignmentFactory(round=round_, entry=entry), value)
        third = a_judge()
        plan = assigning.propose(round_, judges=[third], again=True)
        assert plan.pairs == [(far, third)]


class TestReadAgain:
    @pytest.fixture
    def apart(self, round_, now):
        """Four works of two judges who are far apart, and two more at work."""
        round_.quorum, round_.starts_at, round_.ends_at = 2, now - DAY, now + DAY
        round_.save()
        jury = [a_judge() for _ in range(4)]
        entries = works(round_, 4)
        for entry in entries:
            for judge, value in zip(jury, (9, 2), strict=False):
                row = JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
                scored(row, value)
        [near] = works(round_, 1)
        for judge in jury[2:]:
            row = JudgeAssignmentFactory(round=round_, entry=near, judge=judge)
            scored(row, 5)
        return entries, jury

    def test_one_press_gives_each_to_one_more_evenly_and_once(self, round_, apart, now):
        entries, jury = apart
        a_judge()  # of another contest: not asked
        new, short = assigning.read_again(round_id=round_.pk, by=None, now=now)
        assert (new, short) == (4, [])
        rows = JudgeAssignment.objects.filter(scored_at=None)
        assert {row.entry for row in rows} == set(entries)
        assert Counter(row.judge for row in rows) == {jury[2]: 2, jury[3]: 2}
        assert letters(emails.ASSIGNED).count() == 2
        again = assigning.read_again(round_id=round_.pk, by=None, now=now)
        assert again == (0, [])

    def test_for_whom_nobody_is_left_is_named(self, round_, apart, now):
        entries, jury = apart
        unit = UnitFactory()
        AuthorFactory(entry=entries[0], person__unit=unit)
        for judge in jury[2:]:
            judge.person.unit = unit
            judge.person.save()
        new, short = assigning.read_again(round_id=round_.pk, by=None, now=now)
        assert (new, short) == (3, [entries[0]])

    def test_when_judging_is_over_nobody_is_asked(self, round_, apart):
        with pytest.raises(Refused) as caught:
            assigning.read_again(round_id=round_.pk, by=None, now=round_.ends_at)
        assert caught.value.refusal is StaffRefusal.JUDGED

    def test_by_itself_only_where_the_round_says_so(self, round_, apart, now, caplog):
        assert assigning.read_again_where_wanted(now=now) == 0
        round_.again_by_itself = True
        round_.save()
        assert assigning.read_again_where_wanted(now=round_.ends_at) == 0
        with caplog.at_level("INFO"):
            assert assigning.read_again_where_wanted(now=now) == 4
        assert f"round {round_.pk}: 4 more readings, by itself" in caplog.text
        assert assigning.read_again_where_wanted(now=now) == 0


class TestApply:
    def test_what_was_seen_is_given_once_with_one_letter_each(self, round_, now):
        works(round_, 4)
        judges = [a_judge() for _ in range(4)]
        plan = assigning.propose(round_, judges=judges)
        assert apply(round_, judges, plan, now).new == 12
        assert apply(round_, judges, plan, now).new == 0
        assert JudgeAssignment.objects.count() == 12
        assert letters(emails.ASSIGNED).count() == 4

    def test_another_plan_than_the_one_that_was_seen_is_refused(self, round_, now):
        works(round_, 4)
        judges = [a_judge() for _ in range(4)]
        plan = assigning.propose(round_, judges=judges)
        works(round_, 1)
        with pytest.raises(Refused) as caught:
            apply(round_, judges, plan, now)
        assert caught.value.refusal is StaffRefusal.OTHER_PLAN
        assert not JudgeAssignment.objects.exists()

    def test_whose_role_has_ended_gets_nothing(self, round_, now):
        works(round_, 1)
        judges = [UserFactory()]
        plan = assigning.propose(round_, judges=judges)
        with pytest.raises(Refused) as caught:
            apply(round_, judges, plan, now)
        assert caught.value.refusal is StaffRefusal.NOT_A_JUDGE
