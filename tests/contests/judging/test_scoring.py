"""Scores are given, changed and refused."""

import datetime as dt
from decimal import Decimal

import pytest

from contests.judging import conflicts, others, scoring
from contests.judging import rules as judging_rules
from contests.locks import Refused
from contests.models import Rubric, Score
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

    def give(self, assignment, *values, at=None, seen=None):
        criteria = assignment.round.criteria.all()
        pairs = zip(criteria, values, strict=False)
        return scoring.score(
            assignment_id=assignment.pk,
            values={one.pk: Decimal(value) for one, value in pairs},
            comment="Rõ ràng",
            by=assignment.judge,
            now=at or assignment.round.starts_at,
            seen=seen,
        )

    def test_every_criterion_and_again(self, assignment):
        first = self.give(assignment, "8", "15.5").scored_at
        later = assignment.round.ends_at - TICK
        self.give(assignment, "9", "20", at=later, seen=first)
        values = list(Score.objects.values_list("value", flat=True))
        assert values == [Decimal("9"), Decimal("20")]
        assignment.refresh_from_db()
        assert (assignment.scored_at, assignment.comment) == (later, "Rõ ràng")

    def test_what_another_window_gave_is_not_replaced_unread(self, assignment):
        first = self.give(assignment, "8", "15.5").scored_at
        with pytest.raises(Refused) as caught:
            self.give(assignment, "3", "3")
        assert caught.value.refusal is ScoreRefusal.ELSEWHERE
        # The second click of the same button is no other window.
        assert self.give(assignment, "8", "15.5", at=first + TICK).scored_at == first
        values = list(Score.objects.values_list("value", flat=True))
        assert values == [Decimal("8"), Decimal("15.5")]

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


class TestFreezing:
    def test_the_first_score_writes_the_criteria_down(self):
        row = JudgeAssignmentFactory()
        one = CriterionFactory(round=row.round, name="Tính mới")
        act = {
            "assignment_id": row.pk,
            "values": {one.pk: Decimal(7)},
            "comment": "",
            "by": row.judge,
            "now": row.round.starts_at,
        }
        for _time in range(2):
            scoring.score(**act)
        [version] = Rubric.objects.all()
        assert version.version == 1
        assert version.criteria[0]["name"] == "Tính mới"

    def test_a_criterion_out_of_the_count_is_not_asked_for(self):
        row = JudgeAssignmentFactory()
        one = CriterionFactory(round=row.round)
        CriterionFactory(round=row.round, weight=0)
        scoring.score(
            assignment_id=row.pk,
            values={one.pk: Decimal(7)},
            comment="",
            by=row.judge,
            now=row.round.starts_at,
        )
        assert Score.objects.count() == 1


class TestDraft:
    @pytest.fixture
    def row(self):
        row = JudgeAssignmentFactory()
        CriterionFactory(round=row.round)
        return row

    def keep(self, row, seen=None, **kwargs):
        at = kwargs.pop("at", row.round.starts_at)
        typed = {"criterion-1": "7,", "comment": "Đang đọc"}
        return scoring.keep_draft(assignment=row, typed=typed, seen=seen, now=at)

    def test_it_is_kept_as_typed_and_counts_for_nothing(self, row):
        assert self.keep(row)
        row.refresh_from_db()
        assert row.draft == {"criterion-1": "7,", "comment": "Đang đọc"}
        assert row.scored_at is None
        assert not Score.objects.exists()

    def test_it_ends_with_the_round_to_the_tick(self, row):
        assert self.keep(row, at=row.round.ends_at - TICK)
        with pytest.raises(Refused) as caught:
            self.keep(row, at=row.round.ends_at)
        assert caught.value.refusal is ScoreRefusal.OVER
        row.refresh_from_db()
        assert row.draft  # what was typed in time is still there

    def test_what_comes_late_does_not_come_back_over_given_scores(self, row):
        at = row.round.starts_at
        scoring.score(
            assignment_id=row.pk,
            values={row.round.criteria.get().pk: Decimal(7)},
            comment="",
            by=row.judge,
            now=at,
        )
        assert not self.keep(row, seen=None)
        assert self.keep(row, seen=at)

    def test_giving_the_scores_ends_the_draft(self, row):
        self.keep(row)
        scoring.score(
            assignment_id=row.pk,
            values={row.round.criteria.get().pk: Decimal(7)},
            comment="",
            by=row.judge,
            now=row.round.starts_at,
        )
        row.refresh_from_db()
        assert (row.draft, row.drafted_at) == ({}, None)


class TestOthers:
    def test_not_before_ones_own_and_then_ones_own_is_final(self):
        row = JudgeAssignmentFactory(round__others_seen=True)
        one = CriterionFactory(round=row.round)
        at = row.round.starts_at
        other = JudgeAssignmentFactory(round=row.round, entry=row.entry)
        act = {"values": {one.pk: Decimal(7)}, "comment": "", "now": at}
        scoring.score(assignment_id=other.pk, by=other.judge, **act)
        assert not judging_rules.may_see_others(row, row.judge, now=at)
        given = scoring.score(assignment_id=row.pk, by=row.judge, **act)
        assert judging_rules.may_see_others(given, row.judge, now=at)
        assert others.points_of_others(given) == [70]
        with pytest.raises(Refused) as caught:
            scoring.score(assignment_id=row.pk, by=row.judge, **act)
        assert caught.value.refusal is ScoreRefusal.FINAL

    def test_never_where_the_round_does_not_say_so(self):
        row = JudgeAssignmentFactory(scored_at=None)
        row.scored_at = row.round.starts_at
        assert not judging_rules.may_see_others(row, row.judge, now=row.round.starts_at)
