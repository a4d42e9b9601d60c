"""Files that wait for the scanner, and bytes that a crash left without a row."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from pathlib import Path

from content.files import FileState, private_storage, scan, scanner_is_away
from contests import filing
from contests.locks import Busy
from contests.models import EntryFile

log = logging.getLogger(__name__)

FOLDER = "entries"
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


def drop_orphan_files(*, now: dt.datetime) -> int:
    """Delete files below `entries/` that are old and belong to no row."""
    storage = private_storage()
    root = Path(storage.path(FOLDER))
    if not root.is_dir():
        return 0
    known = set(EntryFile.objects.values_list("file", flat=True))
    old = (now - ORPHAN_AFTER).timestamp()
    dropped = 0
    for path in root.rglob("*"):
        name = path.relative_to(storage.location).as_posix()
        if path.is_file() and name not in known and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped
