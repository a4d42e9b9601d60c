"""From what went in to places, again and again the same."""

import json
from fractions import Fraction

import pytest

from contests.ranking.marks import Criterion, Sheet
from contests.ranking.reckoning import (
    CALIBRATED,
    RAW,
    Inputs,
    hash_of,
    outcome_of,
    read,
    reckon,
)

HEAVY = Criterion(pk=1, weight=60, maximum=10)
LIGHT = Criterion(pk=2, weight=40, maximum=10)


def inputs(given, *, ranked_by=RAW, criteria=(HEAVY, LIGHT), division=1):
    """`given`: entry to the sheets of its judges, values in points."""
    sheets = [
        Sheet(entry, judge, True, tuple(round(value * 100) for value in values))
        for entry, of_entry in given.items()
        for judge, values in enumerate(of_entry, start=1)
    ]
    pairs = tuple((entry, division) for entry in given)
    return Inputs(ranked_by, 1, tuple(criteria), pairs, tuple(sheets))


def places(given, **kwargs):
    return {row.entry: row.place for row in reckon(inputs(given, **kwargs)).rows}


def test_equal_in_all_share_a_place_and_the_next_is_skipped():
    given = {1: [(5, 5)], 2: [(9, 9)], 3: [(5, 5)], 4: [(1, 1)], 5: []}
    assert places(given) == {2: 1, 1: 2, 3: 2, 4: 4, 5: None}


def test_equal_marks_are_parted_by_the_heaviest_criterion():
    """6 · 6 + 4 · 1 = 40 = 6 · 2 + 4 · 7: the same mark from other parts."""
    rows = reckon(inputs({1: [(2, 7)], 2: [(6, 1)], 3: [(1, 1)]})).rows
    assert [(row.entry, row.place, row.tie) for row in rows] == [
        (2, 1, "criterion"),
        (1, 2, "criterion"),
        (3, 3, ""),
    ]


def test_of_two_that_weigh_the_same_the_first_in_the_list_parts():
    same = (Criterion(1, 50, 10), Criterion(2, 50, 10))
    assert places({1: [(3, 7)], 2: [(7, 3)]}, criteria=same) == {2: 1, 1: 2}


def test_the_order_in_which_rows_come_changes_nothing():
    given = {1: [(5, 5), (7, 7)], 2: [(6, 6)], 3: [(6, 6), (2, 9)]}
    other = dict(reversed(given.items()))
    assert places(given) == places(other)


def test_each_division_has_places_of_its_own():
    one, other = inputs({1: [(5, 5)]}), inputs({2: [(4, 4)]}, division=2)
    both = Inputs(RAW, 1, one.criteria, one.entries + other.entries, ())
    both = Inputs(RAW, 1, both.criteria, both.entries, one.sheets + other.sheets)
    assert {row.entry: row.place for row in reckon(both).rows} == {1: 1, 2: 1}


def calibrating():
    """The worked example: 6 before 7 by the mean, after it by what they are worth."""
    given = {work: [(9 - work,) * 2, (8 - work,) * 2] for work in range(1, 6)}
    found = inputs(given)
    alone = (
        Sheet(6, 1, True, (800, 800)),
        Sheet(7, 2, True, (760, 760)),
    )
    pairs = (*found.entries, (6, 1), (7, 1))
    return found.criteria, pairs, (*found.sheets, *alone)


@pytest.mark.parametrize(("ranked_by", "first"), [(RAW, 6), (CALIBRATED, 7)])
def test_places_follow_what_the_round_says(ranked_by, first):
    rows = reckon(Inputs(ranked_by, 1, *calibrating())).rows
    marks = {row.entry: (row.points, row.calibrated) for row in rows}
    assert marks[6] == (80, 77.5)
    assert marks[7] == (76, 78.5)
    assert rows[0].entry == first


def test_with_too_little_to_compare_places_follow_the_mean():
    outcome = reckon(inputs({1: [(5, 5), (6, 6)], 2: [(7, 7)]}, ranked_by=CALIBRATED))
    assert outcome.benches[0].raw == "few"
    assert [(row.entry, row.calibrated) for row in outcome.rows] == [
        (2, None),
        (1, None),
    ]


def test_through_the_database_and_back_it_is_the_same_list():
    found = Inputs(CALIBRATED, 3, *calibrating())
    kept = json.loads(json.dumps(found.kept()))
    assert read(kept) == found
    assert hash_of(kept) == found.hash
    outcome = json.loads(json.dumps(reckon(found).kept()))
    assert reckon(read(kept)).kept() == outcome
    assert outcome_of(outcome) == reckon(found)
    assert Fraction(outcome["rows"][0]["mean"])


def test_any_other_score_is_another_hash():
    assert inputs({1: [(5, 5)]}).hash != inputs({1: [(5, 5.01)]}).hash
