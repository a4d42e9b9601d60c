"""Files that wait for the scanner, and bytes that a crash left without a row."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging

from content.files import FileState, private_storage, scan, scanner_is_away
from contests import filing
from contests.locks import Busy
from contests.models import EntryFile

log = logging.getLogger(__name__)

FOLDERS = ("entries", "copies")
AT_ONCE = 50
ORPHAN_AFTER = dt.timedelta(days=1)
"""An upload has its row within the same transaction; a day is far beyond that."""


def check_held_files(*, now: dt.datetime) -> int:
    """Scan what is held; the number that got an answer."""
    answered = 0
    held = EntryFile.objects.filter(state=EntryFile.State.SCANNING)
    # In any order: fifty that never get an answer must not be the first each time.
    for row in held.order_by("?")[:AT_ONCE]:
        try:
            with row.file.open("rb") as file:
                state = scan(file)
        except FileNotFoundError:
            log.error("file %s of an entry is missing on the disk", row.pk)
            continue
        if state == FileState.SCANNING:
            if scanner_is_away():  # the others would wait as long
                break
            continue
        with contextlib.suppress(Busy, EntryFile.DoesNotExist):
            filing.file_checked(file_id=row.pk, sha256=row.sha256, state=state, now=now)
            answered += 1
    return answered


def drop_orphan_files(*, now: dt.datetime, dry_run: bool = False) -> list[str]:
    """Delete files of entries and copies that are old and belong to no row.

    Returns what went, or with `dry_run` what would go.
    """
    storage = private_storage()
    known = set(EntryFile.objects.values_list("file", flat=True))
    known |= set(EntryFile.objects.values_list("copy", flat=True))
    gone = []
    for folder in FOLDERS:
        for name, written in storage.listed(folder):
            if name in known or written >= now - ORPHAN_AFTER:
                continue
            if not dry_run:
                storage.delete(name)
            gone.append(f"{name}: no entry knows it")
    return gone
