"""The judges' scores, and what they have typed but not given yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from contests.judging.rules import why_not_score
from contests.locks import Refused, assignment_locked, refuse
from contests.models import JudgeAssignment, Score
from contests.ranking import rubric
from contests.refusals import ScoreRefusal
from members.models import User

DRAFT_LETTERS = 2000
"""As long as a remark may be; a field of a draft holds no more."""


def score(
    *,
    assignment_id: int,
    values: Mapping[int, Decimal],
    comment: str,
    by: User,
    now: dt.datetime,
    seen: dt.datetime | None = None,
) -> JudgeAssignment:
    """Keep the scores for every criterion of the round, all or none.

    Each lies within 0 and the criterion's maximum. The first score of a round freezes
    its criteria. `seen` is when the scores were given that the page showed, None for
    none: others that were given meanwhile are not replaced unread, and the same once
    more change nothing. Raises Refused and Busy.
    """
    with assignment_locked(assignment_id) as assignment:
        refuse(why_not_score(assignment, now=now))
        if assignment.scored_at != seen:
            given = dict(assignment.scores.values_list("criterion", "value"))
            if (given, assignment.comment) == (dict(values), comment):
                return assignment
            raise Refused(ScoreRefusal.ELSEWHERE)
        criteria = [one for one in assignment.round.criteria.all() if one.weight]
        if {criterion.pk for criterion in criteria} != set(values):
            raise Refused(ScoreRefusal.INCOMPLETE)
        if not all(0 <= values[one.pk] <= one.maximum for one in criteria):
            raise Refused(ScoreRefusal.BOUNDS)
        rubric.freeze(assignment.round, criteria, now=now)
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
        assignment.draft, assignment.drafted_at = {}, None
        assignment.save(update_fields=["comment", "scored_at", "draft", "drafted_at"])
    return assignment


def keep_draft(
    *,
    assignment: JudgeAssignment,
    typed: Mapping[str, str],
    seen: dt.datetime | None,
    now: dt.datetime,
) -> bool:
    """Keep what stands in the form, complete or not; it counts for nothing.

    `seen` is when the scores were given that the page showed: what was typed before
    they were given elsewhere does not come back over them. Says whether it was kept.
    Raises Refused.
    """
    refuse(why_not_score(assignment, now=now))
    kept = {name: value[:DRAFT_LETTERS] for name, value in typed.items()}
    rows = JudgeAssignment.objects.filter(pk=assignment.pk, scored_at=seen)
    return bool(rows.update(draft=kept, drafted_at=now))
