"""The standings of a round, out of the database."""

import pytest

from contests.models import Shortlisted
from contests.ranking import apart, runs, tables
from tests.factories.contests import (
    CriterionFactory,
    DivisionFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
    scored,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    round_ = RoundFactory()
    CriterionFactory(round=round_, weight=100)
    return round_


def judged(round_, division, *values, **fields):
    entry = EntryFactory(
        contest=round_.contest, division=division, in_contest=True, **fields
    )
    for value in values:
        scored(JudgeAssignmentFactory(round=round_, entry=entry), value)
    return entry


def seen(round_):
    return [
        [(one.row.place, one.entry) for one in table.standings]
        for table in tables.tables(round_)
    ]


def test_each_division_has_places_of_its_own(round_):
    old = DivisionFactory(contest=round_.contest, order=2)
    young = DivisionFactory(contest=round_.contest, order=1)
    second = judged(round_, young, 6, 8)
    first = judged(round_, young, 9, 7)
    alone = judged(round_, old, 2, 2)
    unscored = judged(round_, old)
    judged(round_, old, 10, 10, state=State.WITHDRAWN)
    assert [table.division for table in tables.tables(round_)] == [young, old]
    assert seen(round_) == [
        [(1, first), (2, second)],
        [(1, alone), (None, unscored)],
    ]


@pytest.mark.parametrize(
    ("aside", "counts"), [("hard", False), ("soft", False), ("removed", False)]
)
def test_who_stands_aside_does_not_count_and_nothing_is_lost(round_, aside, counts):
    division = DivisionFactory(contest=round_.contest)
    entry = judged(round_, division, 8)
    biased = JudgeAssignmentFactory(
        round=round_, entry=entry, aside=aside, conflict="Người nhà"
    )
    scored(biased, 0)
    [table] = tables.tables(round_)
    [one] = table.standings
    assert (one.row.points, one.row.assigned, one.row.aside) == (80, 1, 1)
    assert one.below_quorum
    assert biased.scores.count() == 1


def test_a_disclosed_conflict_counts_once_it_is_admitted(round_, now):
    division = DivisionFactory(contest=round_.contest)
    entry = judged(round_, division, 8)
    scored(
        JudgeAssignmentFactory(
            round=round_,
            entry=entry,
            aside="soft",
            conflict="Cùng quê",
            admitted_at=now,
        ),
        6,
    )
    [table] = tables.tables(round_)
    assert table.standings[0].row.points == 70


def test_exactly_the_threshold_is_not_yet_far(round_):
    division = DivisionFactory(contest=round_.contest)
    near = judged(round_, division, 10, 8.5)
    far = judged(round_, division, 10, 8.49)
    assert apart.entries_apart(round_) == [far.pk]
    [table] = tables.tables(round_)
    assert {one.entry.pk: one.apart for one in table.standings} == {
        near.pk: False,
        far.pk: True,
    }
    round_.apart_over = None
    assert apart.entries_apart(round_) == []


def test_a_third_reading_is_asked_for_once(round_):
    """Not while somebody still has the work, and not again after it."""
    division = DivisionFactory(contest=round_.contest)
    far = judged(round_, division, 10, 5)
    third = JudgeAssignmentFactory(round=round_, entry=far)
    assert apart.entries_apart(round_) == []
    scored(third, 1)
    assert apart.entries_apart(round_) == []


def test_a_later_round_has_what_came_on(round_, now):
    division = DivisionFactory(contest=round_.contest)
    on, out = judged(round_, division, 8), judged(round_, division, 7)
    final = RoundFactory(contest=round_.contest, order=1, kind="final")
    CriterionFactory(round=final, weight=100)
    assert tables.tables(final) == []
    run = runs.fix(round_id=round_.pk, by=None, now=now)
    Shortlisted.objects.create(round=round_, entry=on, run=run)
    assert seen(final) == [[(None, on)]]
    assert seen(round_) == [[(1, on), (2, out)]]


@pytest.mark.parametrize("number", [3, 300])
def test_three_hundred_entries_ask_as_many_questions_as_three(
    round_, number, django_assert_num_queries
):
    criterion = round_.criteria.get()
    division = DivisionFactory(contest=round_.contest)
    judge, owner = a_judge(), EntryFactory().owner
    entries = EntryFactory.create_batch(
        number, contest=round_.contest, division=division, in_contest=True, owner=owner
    )
    for entry in entries:
        one = JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
        one.scores.create(criterion=criterion, value=5, scored_at=one.assigned_at)
    with django_assert_num_queries(3):
        [table] = tables.tables(round_)
    assert {one.row.place for one in table.standings} == {1}
    assert len(table.standings) == number
