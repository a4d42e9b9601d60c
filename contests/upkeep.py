"""Files that wait for the scanner, and bytes that a crash left without a row."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging

from django.db import transaction
from django.db.models import Q

from content.files import FileState, private_storage, scan, scanner_is_away
from contests import filing, versions
from contests.locks import Busy, entry_locked
from contests.models import Contest, Entry, EntryFile, VersionFile

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
    return answered + _check_earlier()


def _check_earlier() -> int:
    """What was replaced while it was held, and stays with a version."""
    held = VersionFile.objects.filter(state=EntryFile.State.SCANNING).earlier()
    answered = 0
    for row in held.order_by("?")[:AT_ONCE]:
        try:
            with row.file.open("rb") as file:
                state = scan(file)
        except FileNotFoundError:
            log.error("file %s of a version is missing", row.pk)
            continue
        if state == FileState.SCANNING and scanner_is_away():
            break
        with transaction.atomic():
            filing.earlier_checked(name=row.file.name, state=state)
        answered += state != FileState.SCANNING
    return answered


def drop_old_versions(*, now: dt.datetime) -> int:
    """Nightly: the files of earlier versions of contests long decided; their number.

    What was handed in last stays with the entry, and words stay with each version.
    """
    decided = Q(results_at__lt=now - versions.KEPT)
    given_up = Q(results_at=None, closes_at__lt=now - versions.KEPT_UNDECIDED)
    old = Contest.objects.filter(decided | given_up)
    rows = VersionFile.objects.filter(version__entry__contest__in=old).earlier()
    dropped = 0
    for key in set(rows.order_by().values_list("version__entry", flat=True)):
        with contextlib.suppress(Busy, Entry.DoesNotExist), entry_locked(key) as entry:
            dropped += filing.drop_earlier(entry)
    return dropped


def drop_orphan_files(*, now: dt.datetime, dry_run: bool = False) -> list[str]:
    """Delete files of entries and copies that are old and belong to no row.

    Returns what went, or with `dry_run` what would go.
    """
    storage = private_storage()
    known = set(EntryFile.objects.values_list("file", flat=True))
    known |= set(EntryFile.objects.values_list("copy", flat=True))
    known |= set(VersionFile.objects.values_list("file", flat=True))
    gone = []
    for folder in FOLDERS:
        for name, written in storage.listed(folder):
            if name in known or written >= now - ORPHAN_AFTER:
                continue
            if not dry_run:
                storage.delete(name)
            gone.append(f"{name}: no entry knows it")
    return gone
