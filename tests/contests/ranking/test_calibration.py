"""Strict and lenient judges, reckoned by hand."""

import pytest

from contests.ranking import calibration
from contests.ranking.calibration import Raw

A, B, C = 1, 2, 3


def worked_example():
    """Works 1 to 5 were read by both, 6 by A alone, 7 by B alone."""
    both = [(work, A, 90 - 10 * work) for work in range(1, 6)]
    both += [(work, B, 80 - 10 * work) for work in range(1, 6)]
    return [*both, (6, A, 80), (7, B, 76)]


def test_the_worked_example():
    """The docstring of `contests.ranking.calibration`, done on paper.

    A gives 80 70 60 50 40, B gives 70 60 50 40 30: A is 5 above the mean of each work,
    B is 5 below. Works 6 and 7 have one judge and cancel out. With SHRINK = 5:
    (5 + 5) a − 5/2 (a + b) = 25 and (5 + 5) b − 5/2 (a + b) = −25, so a + b = 0 and
    a = 25 / 10 = 2.5.
    """
    readings = worked_example()
    effects = calibration.effects(readings)
    assert effects == pytest.approx({A: 2.5, B: -2.5})
    marks = calibration.calibrated(readings, effects)
    # Of both: (80 − 2.5 + 70 + 2.5) / 2 = 75, the plain mean.
    assert marks[1] == 75
    assert marks[6] == 77.5
    assert marks[7] == 78.5
    assert marks[7] > marks[6]  # though 76 is less than 80


def test_three_judges_by_hand():
    """A, B and C read the same six works and give 12, 0 and −12 beside the mean.

    (6 + 5) a − 6/3 (a + b + c) = 6 · 12 with a + b + c = 0: a = 72 / 11.
    """
    off = {A: 12, B: 0, C: -12}
    readings = [(work, one, 50 + add) for work in range(6) for one, add in off.items()]
    effects = calibration.effects(readings)
    assert effects == pytest.approx({A: 72 / 11, B: 0, C: -72 / 11})


def test_judges_who_agree_have_no_effect():
    """Zero variance is no trouble: nothing is divided by it."""
    readings = [(work, one, 70.0) for work in range(5) for one in (A, B)]
    assert calibration.effects(readings) == {A: 0, B: 0}
    assert set(calibration.calibrated(readings, {A: 0, B: 0}).values()) == {70}


class TestWhyNot:
    def test_enough_in_common(self):
        assert calibration.why_not(worked_example()) is None

    def test_a_judge_with_four_scores(self):
        readings = [one for one in worked_example() if one[:2] not in {(1, A), (6, A)}]
        assert calibration.why_not(readings) is Raw.FEW

    def test_one_judge_or_none(self):
        assert calibration.why_not([]) is Raw.ALONE
        assert calibration.why_not([(work, A, 50.0) for work in range(9)]) is Raw.ALONE

    def test_two_juries_that_share_no_work(self):
        apart = [(work, one, 50.0) for work in range(5) for one in (1, 2)]
        apart += [(work, one, 50.0) for work in range(5, 10) for one in (3, 4)]
        assert calibration.why_not(apart) is Raw.APART
        # One work read by both sides joins them.
        assert calibration.why_not([*apart, (0, 3, 50.0)]) is None
