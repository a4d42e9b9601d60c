"""The copies that judges read: made by the worker, one at a time.

One at a time, because a large PDF takes a processor for a minute: the other workers
stay free for letters. What waits is asked of the database, so nothing gets lost.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time

from celery import current_app
from django.db import transaction
from django.db.models import F

from content import session_locks
from content.copies.making import Copy, NoCopy, make
from content.files import Kind, private_storage
from content.files.storage import incoming_folder, make_private_folder
from contests.models import EntryFile

log = logging.getLogger(__name__)

State = EntryFile.CopyState
TASK = "contests.tasks.make_copies"
ATTEMPTS = 3
"""Then it is the file and not the weather: the entrant and the organisers are told."""
BUDGET = 60
"""Seconds after which a run begins no further copy; beat starts the next one."""
_LOCK = (0x636F7079, 1)  # "copy"


def forget(row: EntryFile) -> None:
    """Another file stands in the row now; its copy is still to be made. Not saved."""
    row.copy, row.copy_state, row.copy_attempts = "", State.PENDING, 0
    row.copy_media_type, row.copy_size, row.copy_pages = "", 0, []


def wanted() -> None:
    """Wake the worker once this transaction has committed."""
    transaction.on_commit(_wake, robust=True)


def make_waiting() -> int:
    """Make the copies that wait, unless another run is at it; the number made."""
    made = 0
    with session_locks.hold(*_LOCK) as alone:
        ends = time.monotonic() + BUDGET
        while alone and time.monotonic() < ends:
            row = EntryFile.objects.awaiting_copy().first()
            if row is None:
                break
            made += _make(row)
    return made


def try_again(rows) -> int:
    """Have copies made that could not be; the number that is tried."""
    failed = rows.filter(copy_state=State.FAILED)
    number = failed.update(copy_state=State.PENDING, copy_attempts=0)
    if number:
        wanted()
    return number


def _make(row: EntryFile) -> bool:
    # Counted before the work, so that a file that kills the worker counts as well.
    ours = EntryFile.objects.filter(
        pk=row.pk, sha256=row.sha256, copy_state=State.PENDING
    )
    ours.update(copy_attempts=F("copy_attempts") + 1)
    storage = private_storage()
    name = f"copies/{row.entry.contest_id}/{secrets.token_hex(16)}"
    made = make_private_folder(incoming_folder()) / f"{secrets.token_hex(8)}.copy"
    try:
        with storage.on_disk(row.file.name) as source:
            copy = make(source, made, _kind(row))
        size = made.stat().st_size
        storage.keep(made, name)
    except NoCopy as error:
        log.error("no copy of file %s: %s", row.pk, error)
        if error.for_good or row.copy_attempts + 1 >= ATTEMPTS:
            ours.update(copy_state=State.FAILED)
        return False
    finally:
        made.unlink(missing_ok=True)
    if not _keep(ours, name, copy, size):
        storage.delete(name)  # replaced or taken out meanwhile
        return False
    return True


def _keep(ours, name: str, copy: Copy, size: int) -> bool:
    return bool(
        ours.update(
            copy=name,
            copy_state=State.READY,
            copy_media_type=copy.media_type,
            copy_size=size,
            copy_pages=copy.pages,
        )
    )


def _kind(row: EntryFile) -> Kind:
    return next(kind for kind in Kind if kind.media_type == row.media_type)


def _wake() -> None:
    """On a thread: a silent broker must not hold up who uploads."""

    def send() -> None:
        try:
            current_app.send_task(TASK, retry=False, ignore_result=True)
        except Exception as error:  # whatever the client of the broker raises
            log.warning("broker not reached, beat will find the file: %s", error)

    threading.Thread(target=send, name="make-copies", daemon=True).start()
