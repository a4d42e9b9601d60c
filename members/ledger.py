"""The ledger of erasures: who was erased, when and why, without a word of who it was.

It stands in the database (`Erasure`, which nobody changes) and, line by line, in a file
outside of it. A backup restored from before an erasure knows the person again; what the
file says is then erased once more, before the portal opens (`members.erasures`).

A line is written when the erasure has committed. A process that dies in between leaves
its row for the nightly `settle`.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from content.files.storage import make_private_folder
from members import history
from members.models import Erasure, Person

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One erasure. `digest` tells a record from a later one with the same number."""

    person: int
    digest: str
    kind: str
    at: dt.datetime

    def line(self) -> bytes:
        told = asdict(self) | {"at": self.at.astimezone(dt.UTC).isoformat()}
        return json.dumps(told).encode() + b"\n"


def ledger_path() -> Path:
    """Where the file lies; it need not exist yet."""
    return Path(settings.ERASURE_LEDGER)


def digest(number: int, created_at: dt.datetime) -> str:
    """What tells one record from every other, and nothing about the person.

    Numbers alone are given out anew after a restore; when a row was made is part of
    what the backup brings back.
    """
    moment = created_at.astimezone(dt.UTC).isoformat()
    return hashlib.sha256(f"{number}:{moment}".encode()).hexdigest()


def record(person: Person, *, kind: Erasure.Kind, now: dt.datetime) -> None:
    """Remember the erasure, in the transaction that does it. Twice is once.

    Records that were merged into this one are named too: an older backup has them.
    """
    entries = [
        Entry(person=number, digest=digest(number, made), kind=str(kind), at=now)
        for number, made in sorted(_records_of(person))
    ]
    write(entries)


def _records_of(person: Person) -> set[tuple[int, dt.datetime]]:
    events = history.events_of(Person)._base_manager.filter(pgh_obj=person.pk)
    events = events.exclude(id=person.pk).order_by()
    merged = events.values_list("id", "created_at").distinct()
    return {(person.pk, person.created_at), *merged}


def write(entries: Iterable[Entry]) -> None:
    """Rows now, lines of the file once that is certain; what is there stays."""
    rows = [Erasure(**asdict(entry)) for entry in entries]
    known = Erasure.objects.filter(digest__in=[row.digest for row in rows])
    known = set(known.values_list("digest", flat=True))
    fresh = [row for row in rows if row.digest not in known]
    Erasure.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        transaction.on_commit(settle, robust=True)


def settle() -> int:
    """Bring the file up to what the database knows; the number of lines added."""
    path = ledger_path()
    make_private_folder(path.parent)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        # Two erasures at once would each write what the other just did.
        fcntl.flock(file, fcntl.LOCK_EX)
        known = {entry.digest for entry in _parsed(file.read().splitlines())}
        lines = [entry.line() for entry in _in_database() if entry.digest not in known]
        if not lines:
            return 0
        start = b"\n" if _is_cut_off(file) else b""
        file.seek(0, os.SEEK_END)
        file.write(start + b"".join(lines))
        file.flush()
        os.fsync(file.fileno())
    return len(lines)


def _is_cut_off(file) -> bool:
    """Whether the last line has no end: the machine died while it was written."""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def read_ledger() -> list[Entry]:
    """Every erasure that the file or the database knows, in the order of time."""
    path = ledger_path()
    lines = path.read_bytes().splitlines() if path.exists() else []
    found = {entry.digest: entry for entry in _in_database()}
    found |= {entry.digest: entry for entry in _parsed(lines)}
    return sorted(found.values(), key=lambda entry: (entry.at, entry.person))


def _in_database() -> Iterator[Entry]:
    for row in Erasure.objects.order_by("at", "id"):
        yield Entry(person=row.person, digest=row.digest, kind=row.kind, at=row.at)


def _parsed(lines: Iterable[bytes]) -> Iterator[Entry]:
    for number, line in enumerate(lines, start=1):
        try:
            told = json.loads(line)
            yield Entry(
                person=int(told["person"]),
                digest=str(told["digest"]),
                kind=str(told["kind"]),
                at=dt.datetime.fromisoformat(told["at"]),
            )
        except (ValueError, TypeError, KeyError):
            if line.strip():
                logger.error("line %s of the ledger of erasures is broken", number)
