"""What a judge may see of an entry: this list and nothing else (rule 8).

Pages of judges are given these objects, never the entry, so that no template can show
an author, a school, the entrant, the receipt code or a file's own name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from contests import blind_files
from contests.blind_files import BlindFile
from contests.judging.conflicts import too_close
from contests.models import Entry, JudgeAssignment, Round
from contests.refusals import ScoreRefusal


@dataclass(frozen=True)
class BlindCopy:
    code: str
    title: str
    summary: str
    division: str
    files: list[BlindFile]


@dataclass(frozen=True)
class Line:
    """One line of a judge's list; `state` is what components/state.html takes."""

    pk: int
    code: str
    title: str
    division: str
    state: str


def copy_of(assignment: JudgeAssignment) -> BlindCopy:
    entry = assignment.entry
    return BlindCopy(
        code=assignment.blind_code,
        title=entry.title,
        summary=entry.summary,
        division=entry.division.name if entry.division else "",
        files=blind_files.of(assignment),
    )


def line_of(assignment: JudgeAssignment, *, now: dt.datetime) -> Line:
    """Without the title once the judge has stepped back or the work is gone."""
    entry = assignment.entry
    gone = entry.state not in Entry.IN_CONTEST
    away = bool(assignment.conflict) or too_close(assignment.judge, entry)
    if gone:
        state = "withdrawn"
    elif away:
        state = "cancelled"
    else:
        state = "accepted" if assignment.scored_at else "pending"
    hidden = gone or away
    return Line(
        pk=assignment.pk,
        code=assignment.blind_code,
        title="" if hidden else entry.title,
        division="" if hidden or not entry.division else entry.division.name,
        state=state,
    )


def why_not_round(round_: Round, *, now: dt.datetime) -> ScoreRefusal | None:
    """What holds for every entry of the round."""
    if now < round_.starts_at:
        return ScoreRefusal.NOT_YET
    return ScoreRefusal.OVER if now >= round_.ends_at else None
