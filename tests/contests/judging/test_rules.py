"""What a judge may read, and when scores may be given."""

import datetime as dt

import pytest

from contests.judging import rules as judging_rules
from contests.refusals import ScoreRefusal
from tests.factories.contests import (
    JudgeAssignmentFactory,
    State,
    a_judge,
)

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)


class TestScore:
    def test_the_window_of_the_round(self):
        assignment = JudgeAssignmentFactory()
        round_ = assignment.round
        moments = [
            (round_.starts_at - TICK, ScoreRefusal.NOT_YET),
            (round_.starts_at, None),
            (round_.ends_at - TICK, None),
            (round_.ends_at, ScoreRefusal.OVER),
        ]
        for moment, refusal in moments:
            assert judging_rules.why_not_score(assignment, now=moment) is refusal

    def test_a_conflict_and_a_withdrawn_entry(self):
        assignment = JudgeAssignmentFactory(conflict="Là cô giáo chủ nhiệm")
        at = assignment.round.starts_at
        assert judging_rules.why_not_score(assignment, now=at) is ScoreRefusal.CONFLICT
        assignment = JudgeAssignmentFactory(entry__state=State.WITHDRAWN)
        assert judging_rules.why_not_score(assignment, now=at) is ScoreRefusal.GONE

    def test_reading_needs_the_assignment_the_role_and_the_locked_entry(self):
        assignment = JudgeAssignmentFactory()
        at = assignment.round.contest.closes_at

        def may(user, moment=at):
            return judging_rules.may_read_blind(assignment, user, now=moment)

        assert may(assignment.judge)
        assert not may(assignment.judge, at - TICK)
        assert not may(a_judge())
        assignment.aside = "hard"
        assert not may(assignment.judge)
        assignment.aside = ""
        assignment.judge.assignments.all().delete()
        plain = type(assignment.judge).objects.get(pk=assignment.judge_id)
        assert not may(plain)
