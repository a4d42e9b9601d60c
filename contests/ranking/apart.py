"""Works whose judges are far apart: one more reading is asked for, once."""

from __future__ import annotations

from contests.models import Round
from contests.ranking.reading import inputs_of
from contests.ranking.reckoning import Outcome, reckon
from contests.ranking.tables import is_apart


def entries_apart(round_: Round) -> list[int]:
    return among(reckon(inputs_of(round_)), round_)


def among(outcome: Outcome, round_: Round) -> list[int]:
    """Everybody has scored, they are apart, and nobody was asked beyond the quorum."""
    return [
        row.entry
        for row in outcome.rows
        if is_apart(row, round_)
        and row.judges == row.assigned
        and row.assigned <= round_.quorum
    ]
