"""The judges' scores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from contests.judging.rules import why_not_score
from contests.locks import Refused, assignment_locked, refuse
from contests.models import JudgeAssignment, Score
from contests.refusals import ScoreRefusal
from members.models import User


def score(
    *,
    assignment_id: int,
    values: Mapping[int, Decimal],
    comment: str,
    by: User,
    now: dt.datetime,
) -> JudgeAssignment:
    """Keep the scores for every criterion of the round, all or none.

    Each lies within 0 and the criterion's maximum. Raises Refused and Busy.
    """
    with assignment_locked(assignment_id) as assignment:
        refuse(why_not_score(assignment, now=now))
        criteria = list(assignment.round.criteria.all())
        if {criterion.pk for criterion in criteria} != set(values):
            raise Refused(ScoreRefusal.INCOMPLETE)
        if not all(0 <= values[one.pk] <= one.maximum for one in criteria):
            raise Refused(ScoreRefusal.BOUNDS)
        Score.objects.bulk_create(
            [
                Score(
                    assignment=assignment,
                    criterion=criterion,
                    value=values[criterion.pk],
                    scored_at=now,
                )
                for criterion in criteria
            ],
            update_conflicts=True,
            unique_fields=["assignment", "criterion"],
            update_fields=["value", "scored_at"],
        )
        assignment.comment, assignment.scored_at = comment, now
        assignment.save(update_fields=["comment", "scored_at"])
    return assignment
