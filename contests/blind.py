"""What a judge may see of an entry: this list and nothing else (rule 8).

Pages of judges are given these objects, never the entry, so that no template can show
an author, a school, the entrant, the receipt code or a file's own name.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from contests import blind_files
from contests.blind_files import BlindFile
from contests.judging.conflicts import too_close
from contests.models import Entry, JudgeAssignment, Round
from contests.refusals import ScoreRefusal
from vietnam.fold import nfc
from vietnam.phones import display_phone

HIDDEN = "•••"
SHORTEST = 4
"""A shorter word would black out half a text."""


@dataclass(frozen=True)
class BlindCopy:
    code: str
    title: str
    summary: str
    division: str
    field: str
    files: list[BlindFile]
    # Of an open round only.
    authors: tuple[str, ...] = ()


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
        title=redacted(entry.title, assignment),
        summary=redacted(entry.summary, assignment),
        division=entry.division.name if entry.division else "",
        field=entry.field.name if entry.field else "",
        files=blind_files.of(assignment),
        authors=() if assignment.round.blind else _authors(entry),
    )


def _authors(entry: Entry) -> tuple[str, ...]:
    return tuple(
        ", ".join(filter(None, [author.person.full_name, author.school]))
        for author in entry.authors.all()
    )


def redacted(text: str, assignment: JudgeAssignment) -> str:
    """The text without what its authors wrote of themselves, in a blind round.

    Full names, schools, units, addresses and phones as the portal knows them; what
    else gives somebody away (a nickname, a dialect) stays: rules ask for it.
    """
    if not assignment.round.blind:
        return text
    for word in sorted(_telling(assignment.entry), key=len, reverse=True):
        text = re.sub(re.escape(nfc(word)), HIDDEN, nfc(text), flags=re.IGNORECASE)
    return text


def _telling(entry: Entry) -> set[str]:
    authors = list(entry.authors.all())
    people = [author.person for author in authors]
    words = {author.school for author in authors}
    words |= {entry.mentor, entry.mentor_school}
    if entry.owner:
        words.add(entry.owner.email or "")
        if entry.owner.person:
            people.append(entry.owner.person)
    for person in people:
        phone = person.phone or ""
        words |= {person.full_name, person.email or "", phone}
        words.add(display_phone(phone) if phone else "")
        words.add(person.unit.name if person.unit else "")
    return {word for word in words if len(word) >= SHORTEST}


def line_of(assignment: JudgeAssignment, *, now: dt.datetime) -> Line:
    """Without the title once the judge has stepped back or the work is gone."""
    entry = assignment.entry
    gone = entry.state not in Entry.IN_CONTEST
    closed = assignment.aside in JudgeAssignment.CLOSED
    away = closed or too_close(assignment.judge, entry)
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
        title="" if hidden else redacted(entry.title, assignment),
        division="" if hidden or not entry.division else entry.division.name,
        state=state,
    )


def why_not_round(round_: Round, *, now: dt.datetime) -> ScoreRefusal | None:
    """What holds for every entry of the round."""
    if now < round_.starts_at:
        return ScoreRefusal.NOT_YET
    return ScoreRefusal.OVER if now >= round_.ends_at else None
