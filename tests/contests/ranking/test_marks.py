"""From sheets to marks."""

from fractions import Fraction

from contests.ranking.marks import Criterion, Scale, Sheet, mark_of

ORIGINAL = Criterion(pk=1, weight=60, maximum=10)
USEFUL = Criterion(pk=2, weight=40, maximum=20)
BOTH = Scale([ORIGINAL, USEFUL])


def sheet(*values, counts=True):
    """Values in points; None where nothing was written."""
    hundredths = [None if one is None else round(one * 100) for one in values]
    return Sheet(entry=1, judge=1, counts=counts, values=tuple(hundredths))


def points(*values, scale=BOTH):
    found = scale.points(sheet(*values))
    return None if found is None else Fraction(found, scale.one_point)


class TestPoints:
    def test_each_value_over_its_maximum_times_its_weight(self):
        assert points(5, 10) == 50
        assert points(10, 20) == 100
        assert points(0, 0) == 0
        assert points(8.5, 15.25) == Fraction("81.5")

    def test_a_part_is_nothing(self):
        assert points(10, None) is None
        assert points(None, None) is None
        assert points(scale=Scale([])) is None

    def test_a_criterion_of_no_weight_is_neither_asked_nor_counted(self):
        out = Scale([Criterion(1, 100, 10), Criterion(2, 0, 10)])
        assert points(7, None, scale=out) == 70
        assert points(7, 1, scale=out) == 70


class TestMark:
    def test_the_mean_over_those_who_scored_everything(self):
        one = mark_of([sheet(5, 10), sheet(10, 20)], BOTH)
        assert (one.mean, one.judges, one.spread) == (75, 2, 50)

    def test_a_missing_score_sinks_nobody(self):
        one = mark_of([sheet(10, 20), sheet(3, None), sheet(None, None)], BOTH)
        assert (one.mean, one.judges) == (100, 1)

    def test_who_stands_aside_does_not_count(self):
        one = mark_of([sheet(10, 20), sheet(0, 0, counts=False)], BOTH)
        assert (one.mean, one.spread, one.judges) == (100, 0, 1)

    def test_nobody_scored(self):
        one = mark_of([sheet(None, 5)], BOTH)
        assert (one.mean, one.spread, one.judges) == (None, 0, 0)

    def test_a_single_judge_and_identical_scores(self):
        assert mark_of([sheet(7, 9)], BOTH).spread == 0
        assert mark_of([sheet(7, 9), sheet(7, 9)], BOTH).spread == 0

    def test_thirds_are_equal_to_thirds(self):
        thirds = Scale([Criterion(pk=3, weight=100, maximum=3)])
        one = mark_of([sheet(1), sheet(2), sheet(2)], thirds)
        other = mark_of([sheet(2), sheet(1), sheet(2)], thirds)
        assert one.mean == other.mean
