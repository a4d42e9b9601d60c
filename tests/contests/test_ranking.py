"""From scores to places."""

from fractions import Fraction

import pytest

from contests import ranking
from contests.models import Criterion
from tests.factories.contests import (
    ContestFactory,
    CriterionFactory,
    DivisionFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
    scored,
)

ORIGINAL = Criterion(pk=1, weight=60, maximum=10)
USEFUL = Criterion(pk=2, weight=40, maximum=20)
BOTH = [ORIGINAL, USEFUL]


def mark(*scored_by, quorum=2):
    return ranking.mark_of(scored_by, BOTH, quorum=quorum)


class TestTotal:
    def test_each_value_over_its_maximum_times_its_weight(self):
        assert ranking.total({1: 5, 2: 10}, BOTH) == 50
        assert ranking.total({1: 10, 2: 20}, BOTH) == 100
        assert ranking.total({1: 0, 2: 0}, BOTH) == 0

    def test_a_part_is_nothing(self):
        assert ranking.total({1: 10}, BOTH) is None
        assert ranking.total({}, BOTH) is None
        assert ranking.total({}, []) is None

    def test_scores_of_another_round_do_not_count(self):
        assert ranking.total({1: 5, 2: 10, 99: 10}, BOTH) == 50


class TestMark:
    def test_the_mean_over_those_who_scored_everything(self):
        one = mark({1: 5, 2: 10}, {1: 10, 2: 20})
        assert (one.mean, one.judges, one.spread) == (75, 2, 50)
        assert one.apart
        assert not one.below_quorum

    def test_a_missing_score_sinks_nobody(self):
        assert mark({1: 10, 2: 20}, {1: 3}, {}).mean == 100
        assert mark({1: 10, 2: 20}, {1: 3}, {}).below_quorum

    def test_nobody_scored(self):
        one = mark({}, {1: 5})
        assert (one.mean, one.points, one.spread, one.judges) == (None, None, 0, 0)
        assert one.below_quorum

    def test_a_single_judge_and_identical_scores(self):
        assert mark({1: 7, 2: 9}).spread == 0
        assert mark({1: 7, 2: 9}, {1: 7, 2: 9}).spread == 0

    def test_exactly_fifteen_points_apart_is_not_yet_far(self):
        assert not mark({1: 10, 2: 20}, {1: Fraction("7.5"), 2: 20}).apart
        assert mark({1: 10, 2: 20}, {1: Fraction("7.4"), 2: 20}).apart


class TestPlaces:
    def test_equal_means_share_a_place_and_the_next_is_skipped(self):
        marks = {
            "a": mark({1: 5, 2: 10}),
            "b": mark({1: 10, 2: 20}),
            "c": mark({1: 5, 2: 10}),
            "d": mark({1: 1, 2: 1}),
            "e": mark({}),
        }
        assert ranking.places(marks) == {"b": 1, "a": 2, "c": 2, "d": 4, "e": None}

    def test_thirds_are_equal_to_thirds(self):
        thirds = Criterion(pk=3, weight=100, maximum=3)
        one = ranking.mark_of([{3: 1}, {3: 2}, {3: 2}], [thirds], quorum=1)
        other = ranking.mark_of([{3: 2}, {3: 1}, {3: 2}], [thirds], quorum=1)
        assert ranking.places({"a": one, "b": other}) == {"a": 1, "b": 1}

    def test_nothing_to_rank(self):
        assert ranking.places({}) == {}


@pytest.mark.django_db
class TestTables:
    @pytest.fixture
    def round_(self):
        round_ = RoundFactory()
        CriterionFactory(round=round_, weight=100)
        return round_

    def entry(self, round_, division, *values, **fields):
        entry = EntryFactory(
            contest=round_.contest, division=division, in_contest=True, **fields
        )
        for value in values:
            scored(JudgeAssignmentFactory(round=round_, entry=entry), value)
        return entry

    def test_each_division_has_places_of_its_own(self, round_):
        old = DivisionFactory(contest=round_.contest, order=2)
        young = DivisionFactory(contest=round_.contest, order=1)
        second = self.entry(round_, young, 6, 8)
        first = self.entry(round_, young, 9, 7)
        alone = self.entry(round_, old, 2, 2)
        unscored = self.entry(round_, old)
        self.entry(round_, old, 10, 10, state=State.WITHDRAWN)

        tables = ranking.tables(round_)

        assert [table.division for table in tables] == [young, old]
        seen = [[(one.place, one.entry) for one in table.standings] for table in tables]
        assert seen == [
            [(1, first), (2, second)],
            [(1, alone), (None, unscored)],
        ]

    def test_judges_in_conflict_do_not_count(self, round_):
        division = DivisionFactory(contest=round_.contest)
        entry = self.entry(round_, division, 8)
        biased = JudgeAssignmentFactory(round=round_, entry=entry, conflict="Người nhà")
        scored(biased, 0)
        [table] = ranking.tables(round_)
        [one] = table.standings
        assert (one.mark.mean, one.assigned, one.conflicts) == (80, 1, 1)
        assert one.mark.below_quorum

    def test_twice_is_the_same(self, round_):
        division = DivisionFactory(contest=round_.contest)
        for _ in range(5):
            self.entry(round_, division, 5, 5)
        assert ranking.tables(round_) == ranking.tables(round_)

    @pytest.mark.parametrize("number", [3, 300])
    def test_three_hundred_entries_ask_as_many_questions_as_three(
        self, number, django_assert_num_queries
    ):
        round_ = RoundFactory(contest=ContestFactory())
        criterion = CriterionFactory(round=round_, weight=100)
        division = DivisionFactory(contest=round_.contest)
        judge, owner = a_judge(), EntryFactory().owner
        entries = EntryFactory.create_batch(
            number,
            contest=round_.contest,
            division=division,
            in_contest=True,
            owner=owner,
        )
        for entry in entries:
            one = JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
            one.scores.create(criterion=criterion, value=5, scored_at=one.assigned_at)
        with django_assert_num_queries(3):
            [table] = ranking.tables(round_)
        assert {one.place for one in table.standings} == {1}
        assert len(table.standings) == number
