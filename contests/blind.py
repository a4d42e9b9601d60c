"""What a judge may see of an entry: this list and nothing else (rule 8).

Pages of judges are given these objects, never the entry, so that no template can show
an author, a school, the entrant, the receipt code or a file's own name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.files import File

from content.files import Kind, size_text
from contests.judging.conflicts import too_close
from contests.models import Entry, EntryFile, JudgeAssignment, Round
from contests.refusals import ScoreRefusal

READABLE = (EntryFile.State.CLEAN, EntryFile.State.UNSCANNED)


@dataclass(frozen=True)
class BlindFile:
    """A file under a neutral name: the blind code and its number."""

    number: int
    name: str
    kind: str
    size: str
    media_type: str
    unscanned: bool
    stored: File


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
        files=_files(assignment),
    )


def file_of(assignment: JudgeAssignment, number: int) -> BlindFile | None:
    return next((one for one in _files(assignment) if one.number == number), None)


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


def _files(assignment: JudgeAssignment) -> list[BlindFile]:
    found = []
    for number, row in enumerate(assignment.entry.files.all(), 1):
        kind = next((one for one in Kind if one.media_type == row.media_type), None)
        if row.state not in READABLE or kind is None:
            continue
        found.append(
            BlindFile(
                number=number,
                name=f"{assignment.blind_code}-{number}{kind.suffix}",
                kind=kind.label,
                size=size_text(row.size),
                media_type=row.media_type,
                unscanned=row.state == EntryFile.State.UNSCANNED,
                stored=row.file,
            )
        )
    return found
