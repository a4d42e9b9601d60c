"""What other judges gave: numbers without names, for whoever may see them."""

from __future__ import annotations

from contests.models import JudgeAssignment
from contests.ranking.marks import Scale
from contests.ranking.reading import inputs_of


def points_of_others(assignment: JudgeAssignment) -> list[float]:
    """The complete points of the other judges whose scores count, the highest first.

    By size and not by judge: the order tells nobody who gave what.
    """
    inputs = inputs_of(assignment.round, entry=assignment.entry_id)
    scale = Scale(inputs.criteria)
    points = [
        scale.points(sheet)
        for sheet in inputs.sheets
        if sheet.counts and sheet.judge != assignment.judge_id
    ]
    return sorted(
        (round(one / scale.one_point, 2) for one in points if one is not None),
        reverse=True,
    )
