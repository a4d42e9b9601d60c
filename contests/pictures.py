"""A small picture of a work for everybody, by consent, never the file itself.

Drawn from the copy that judges read: new pixels without marks. Of the files of a work
the first photo is taken, else the first page of the first document. Whether it may be
seen is asked each time that the page is made and each time that the picture is sent.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image

from content.files.kinds import PICTURES
from content.files.ranges import Piece
from contests.models import Entry, EntryFile, EntryPicture
from contests.rules import consent_about
from members.models import Consent
from members.rules import publishable
from vietnam.dates import local_day

LONGEST = 720
"""Pixels: two for each on a phone 360 wide, where a card is full width at most."""
_QUALITY = 72
_PHOTOS = {kind.media_type for kind in PICTURES}


@dataclass(frozen=True)
class Shown:
    """As components/picture.html takes it."""

    src: str
    width: int
    height: int
    alt: str
    # What is kept when a card cuts it: a page tells most at its top.
    focus: str
    renditions: tuple = ()

    @property
    def half(self) -> tuple[int, int]:
        """Width and height in a list, where it stands beside words."""
        return max(1, self.width // 2), max(1, self.height // 2)


def pictures_of(entries: Iterable[Entry], *, now: dt.datetime) -> dict[int, Shown]:
    """By entry, for those whose authors all let their picture be shown (rule 9).

    `entries` are of one contest and come with authors, people and files.
    """
    rows = [entry for entry in entries if file_of(entry)]
    if not rows:
        return {}
    people = {author.person for entry in rows for author in entry.authors.all()}
    agreed = publishable(
        people,
        Consent.Purpose.PUBLISH_PICTURE,
        on=local_day(now),
        about=consent_about(rows[0].contest_id),
    )
    return {
        entry.pk: _shown(entry, file_of(entry))
        for entry in rows
        if _all_agree(entry, agreed)
    }


def file_of(entry: Entry) -> EntryFile | None:
    """The file that stands for the work; None where none can be shown."""
    fit = [
        file
        for file in entry.files.all()
        if file.is_readable
        and file.copy_state == EntryFile.CopyState.READY
        and file.copy_pages
    ]
    return min(fit, key=lambda file: (not _is_photo(file), file.pk), default=None)


def rendition(file: EntryFile) -> EntryPicture:
    """The picture of this file's copy, drawn at the first asking.

    Two who ask at once draw the same one twice; one of them is kept. Raises
    FileNotFoundError where the copy is gone from the store.
    """
    kept = EntryPicture.objects.filter(file=file).first()
    if kept and kept.sha256 == file.sha256:
        return kept
    start, length, _width, _height = file.copy_pages[0]
    # Only this page, wherever the copy lies.
    with contextlib.closing(Piece(file.copy, start, length)) as piece:
        jpeg, width, height = _draw(b"".join(piece))
    drawn = {"sha256": file.sha256, "jpeg": jpeg, "width": width, "height": height}
    row, _made = EntryPicture.objects.update_or_create(file=file, defaults=drawn)
    return row


def _draw(data: bytes) -> tuple[bytes, int, int]:
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
        picture.draft("RGB", (LONGEST, LONGEST))
        small = picture.convert("RGB")
    small.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return out.getvalue(), *small.size


def _shown(entry: Entry, file: EntryFile) -> Shown:
    _start, _length, width, height = file.copy_pages[0]
    scale = min(1, LONGEST / max(width, height))
    words = (
        _("Picture of the work “%(title)s”")
        if _is_photo(file)
        else _("First page of the work “%(title)s”")
    )
    address = reverse("contests:work_picture", args=[entry.contest.slug, entry.pk])
    return Shown(
        # Another file is another address: no browser shows the old one.
        src=f"{address}?v={file.sha256[:8]}",
        width=max(1, round(width * scale)),
        height=max(1, round(height * scale)),
        alt=words % {"title": entry.title},
        focus="" if _is_photo(file) else "top",
    )


def _is_photo(file: EntryFile) -> bool:
    return file.media_type in _PHOTOS


def _all_agree(entry: Entry, agreed: set[int]) -> bool:
    people = {author.person_id for author in entry.authors.all()}
    return bool(people) and people <= agreed
