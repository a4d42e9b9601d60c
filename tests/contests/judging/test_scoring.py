"""Scores are given, changed and refused."""

import datetime as dt
from decimal import Decimal

import pytest

from contests.judging import conflicts, scoring
from contests.locks import Refused
from contests.models import Score
from contests.refusals import ScoreRefusal
from tests.factories.contests import (
    CriterionFactory,
    JudgeAssignmentFactory,
)

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)


class TestScore:
    @pytest.fixture
    def assignment(self):
        assignment = JudgeAssignmentFactory()
        CriterionFactory(round=assignment.round, weight=60)
        CriterionFactory(round=assignment.round, weight=40, maximum=20)
        return assignment

    def give(self, assignment, *values, at=None):
        criteria = assignment.round.criteria.all()
        pairs = zip(criteria, values, strict=False)
        return scoring.score(
            assignment_id=assignment.pk,
            values={one.pk: Decimal(value) for one, value in pairs},
            comment="Rõ ràng",
            by=assignment.judge,
            now=at or assignment.round.starts_at,
        )

    def test_every_criterion_and_again(self, assignment):
        self.give(assignment, "8", "15.5")
        later = assignment.round.ends_at - TICK
        self.give(assignment, "9", "20", at=later)
        values = list(Score.objects.values_list("value", flat=True))
        assert values == [Decimal("9"), Decimal("20")]
        assignment.refresh_from_db()
        assert (assignment.scored_at, assignment.comment) == (later, "Rõ ràng")

    @pytest.mark.parametrize(
        ("values", "refusal"),
        [
            (("8",), ScoreRefusal.INCOMPLETE),
            (("8", "20.01"), ScoreRefusal.BOUNDS),
            (("-0.01", "1"), ScoreRefusal.BOUNDS),
        ],
    )
    def test_all_or_none_within_bounds(self, assignment, values, refusal):
        with pytest.raises(Refused) as caught:
            self.give(assignment, *values)
        assert caught.value.refusal is refusal
        assert not Score.objects.exists()

    def test_the_ends_of_the_scale(self, assignment):
        self.give(assignment, "0", "20")
        assert Score.objects.count() == 2

    def test_after_the_round(self, assignment):
        with pytest.raises(Refused) as caught:
            self.give(assignment, "8", "8", at=assignment.round.ends_at)
        assert caught.value.refusal is ScoreRefusal.OVER

    def test_stepping_back_keeps_the_scores_on_record(self, assignment, now):
        self.give(assignment, "8", "8")
        for reason in ("Là học trò cũ", "Khác"):
            conflicts.declare_conflict(
                assignment_id=assignment.pk, reason=reason, by=assignment.judge, now=now
            )
        assignment.refresh_from_db()
        assert assignment.conflict == "Là học trò cũ"
        assert Score.objects.count() == 2
        with pytest.raises(Refused) as caught:
            self.give(assignment, "9", "9")
        assert caught.value.refusal is ScoreRefusal.CONFLICT
