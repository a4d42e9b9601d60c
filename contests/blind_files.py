"""The files of an entry as a judge may have them: copies, under neutral names.

A judge never gets what was uploaded, not in an open round either: the copy is also
what is safe to open. Only where no copy can be made does an open round hand out the
original; a blind one hands out nothing, and the organisers are told.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files import File

from content.files import Kind, kinds, size_text
from contests.models import EntryFile, JudgeAssignment

State = EntryFile.CopyState


@dataclass(frozen=True)
class BlindPage:
    """A page's picture: where it lies within the copy, and how large it is."""

    number: int
    start: int
    length: int
    width: int
    height: int


@dataclass(frozen=True)
class BlindFile:
    """`state` is that of the copy; `stored` is empty until there is something."""

    number: int
    name: str
    kind: str
    state: str
    size: str
    bytes: int
    media_type: str
    unscanned: bool
    pages: tuple[BlindPage, ...]
    is_film: bool
    stored: File | None

    @property
    def is_shown(self) -> bool:
        """Read or played within a page; all else is opened in the judge's program."""
        return self.stored is not None and (bool(self.pages) or self.is_film)


def of(assignment: JudgeAssignment) -> list[BlindFile]:
    files = enumerate(assignment.entry.files.all(), 1)
    shown = (_shown(assignment, number, row) for number, row in files)
    return [one for one in shown if one]


def one(assignment: JudgeAssignment, number: int) -> BlindFile | None:
    return next((file for file in of(assignment) if file.number == number), None)


def _shown(
    assignment: JudgeAssignment, number: int, row: EntryFile
) -> BlindFile | None:
    stored, media_type, size = None, row.media_type, 0
    if row.copy_state == State.READY:
        stored, media_type, size = row.copy, row.copy_media_type, row.copy_size
    elif row.copy_state == State.FAILED and not assignment.round.blind:
        stored, size = row.file, row.size
    kind = next((kind for kind in Kind if kind.media_type == media_type), None)
    if not row.is_readable or kind is None:
        return None
    return BlindFile(
        number=number,
        name=f"{assignment.blind_code}-{number}{kind.suffix}",
        kind=kind.label,
        state=State.READY if stored else row.copy_state,
        size=size_text(size) if size else "",
        bytes=size,
        media_type=media_type,
        unscanned=row.state == EntryFile.State.UNSCANNED,
        pages=tuple(
            BlindPage(number, *place) for number, place in enumerate(row.copy_pages, 1)
        ),
        is_film=kind in kinds.VIDEOS,
        stored=stored,
    )
