"""What a restore asks before it opens: who was erased after the backup was made.

    entries = erasures.read_ledger()      # before the database is replaced, and after
    report = erasures.replay(entries, now)

`ledger_path()` is the file that must outlive a restore: a backup copies it, a restore
never puts an older one in its place. docs/privacy.md says more.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from members.ledger import Entry, digest, ledger_path, read_ledger, settle, write
from members.models import Erasure, Person
from members.privacy import erase_person

__all__ = ["Entry", "Report", "ledger_path", "read_ledger", "replay", "settle"]

logger = logging.getLogger(__name__)


@dataclass
class Report:
    """What a replay found; the numbers are those of people."""

    erased: list[int] = field(default_factory=list)
    """Known to the database until now, erased again."""
    already: list[int] = field(default_factory=list)
    """Erased before the backup was made."""
    unknown: list[int] = field(default_factory=list)
    """Not in the database, or by now the number of somebody else, who stays."""


def replay(entries: Iterable[Entry], now: dt.datetime) -> Report:
    """Erase again everybody the ledger names and the database still knows.

    Each in a transaction of its own: broken off and begun again, it goes on where it
    was. Done twice is done once.
    """
    report = Report()
    entries = list(entries)
    known = set(Erasure.objects.values_list("digest", flat=True))
    for entry in entries:
        if entry.digest in known:
            report.already.append(entry.person)
        elif person := _find(entry):
            with transaction.atomic():
                # First, so that the time stays that of the first erasure.
                write([entry])
                erase_person(person=person, now=now, kind=Erasure.Kind(entry.kind))
            report.erased.append(entry.person)
        else:
            report.unknown.append(entry.person)
    write(entries)
    settle()
    logger.info("erasures done again: %s", report)
    return report


def _find(entry: Entry) -> Person | None:
    person = Person.objects.filter(pk=entry.person).first()
    if person and digest(person.pk, person.created_at) == entry.digest:
        return person
    return None
