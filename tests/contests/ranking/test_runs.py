"""Rankings that are kept: the same scores give the same list, years later too."""

import pytest

from contests.judging import conflicts
from contests.locks import Refused
from contests.models import Criterion, JudgeAssignment, RankingRun, Rubric, Score
from contests.ranking import rubric, runs
from contests.ranking.reading import inputs_of
from contests.refusals import StaffRefusal
from tests.factories.contests import (
    CriterionFactory,
    DivisionFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    a_judge,
    scored,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    """Two criteria, two judges, six works; the second criterion turns the order."""
    round_ = RoundFactory()
    CriterionFactory(round=round_, weight=80)
    CriterionFactory(round=round_, weight=20)
    division = DivisionFactory(contest=round_.contest)
    judges = [a_judge(), a_judge()]
    for number in range(6):
        entry = EntryFactory(contest=round_.contest, division=division, in_contest=True)
        for judge in judges:
            row = JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
            scored(row, number, 9 - number)
    return round_


def fix(round_, now, **kwargs):
    return runs.fix(round_id=round_.pk, by=None, now=now, **kwargs)


def order(run):
    return [row.entry for row in runs.outcome(run).rows]


def test_fixed_twice_is_one_run(round_, now):
    run = fix(round_, now)
    assert fix(round_, now) == run
    assert RankingRun.objects.count() == 1


def test_it_comes_out_the_same_whatever_happens_to_the_scores(round_, now):
    run = RankingRun.objects.get(pk=fix(round_, now).pk)
    before = order(run)
    Score.objects.update(value=1)
    assert runs.comes_out_the_same(run)
    assert order(run) == before
    assert not runs.is_current(run, inputs_of(round_))
    assert fix(round_, now) != run


def test_a_conflict_declared_late_leaves_the_old_run_and_makes_a_new_one(round_, now):
    """Case 24: the scores stop counting, and stay."""
    old = fix(round_, now)
    row = JudgeAssignment.objects.first()
    conflicts.declare_conflict(
        assignment_id=row.pk, reason="Chú của tác giả", by=row.judge, now=now
    )
    assert Score.objects.count() == 24
    new = fix(round_, now)
    assert new.inputs_hash != old.inputs_hash
    assert runs.comes_out_the_same(old)


def weights(round_, *values):
    return dict(zip(round_.criteria.values_list("pk", flat=True), values, strict=True))


def change(round_, now, *values, reason="Thể lệ sửa ngày 05/03"):
    return rubric.change_weights(
        round_id=round_.pk,
        weights=weights(round_, *values),
        reason=reason,
        by=None,
        now=now,
    )


def test_other_weights_are_a_new_version_and_both_rankings_are_kept(round_, now):
    """Case 24: the old version is kept, the recomputation is on record."""
    changed = change(round_, now, 20, 80)
    assert changed.rubric == 2
    old, new = RankingRun.objects.order_by("pk")
    assert (old.rubric, new.rubric) == (1, 2)
    assert order(old) == order(new)[::-1]
    assert old.reason == new.reason == "Thể lệ sửa ngày 05/03"
    first, second = Rubric.objects.order_by("version")
    assert [one["weight"] for one in first.criteria] == [80, 20]
    assert [one["weight"] for one in second.criteria] == [20, 80]
    assert Score.objects.count() == 24
    assert runs.comes_out_the_same(old)


def test_the_same_weights_again_change_nothing(round_, now):
    for _time in range(2):
        change(round_, now, 20, 80)
    assert RankingRun.objects.count() == 2
    assert Rubric.objects.count() == 2


def test_a_criterion_taken_out_of_the_count_keeps_its_scores(round_, now):
    change(round_, now, 100, 0)
    assert Score.objects.filter(criterion=Criterion.objects.last()).count() == 12


@pytest.mark.parametrize(
    ("values", "reason", "refusal"),
    [
        ((50, 49), "Sửa", StaffRefusal.WEIGHTS),
        ((110, -10), "Sửa", StaffRefusal.WEIGHTS),
        ((50, 50), "  ", StaffRefusal.NO_REASON),
    ],
)
def test_weights_of_100_and_a_reason(round_, now, values, reason, refusal):
    with pytest.raises(Refused) as caught:
        change(round_, now, *values, reason=reason)
    assert caught.value.refusal is refusal
    assert not RankingRun.objects.exists()


def test_before_the_first_score_the_criteria_are_changed_on_their_own_page(now):
    round_ = RoundFactory()
    CriterionFactory(round=round_)
    with pytest.raises(Refused) as caught:
        change(round_, now, 100)
    assert caught.value.refusal is StaffRefusal.NOT_SCORED


def test_not_once_the_results_are_public(round_, now):
    contest = round_.contest
    contest.results_at = round_.ends_at
    contest.save()
    with pytest.raises(Refused) as caught:
        change(round_, round_.ends_at, 20, 80)
    assert caught.value.refusal is StaffRefusal.RESULTS_OUT
