"""What an erasure would do, found out by doing it and taking it back.

Nothing is guessed: the very same code runs in a transaction that is rolled back, and
PostgreSQL says which rows of which tables it touched. So the dry run is what happens.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction

from members import datamap
from members.datamap import Table
from members.models import Person, User
from members.mydata import copies
from members.mydata.actions import account_person
from members.privacy import erase_person


@dataclass(frozen=True)
class Line:
    """What becomes of the rows of one table."""

    label: str
    table: Table
    deleted: int
    changed: int

    @property
    def stays(self) -> str:
        """What is left and why; empty when nothing of it is."""
        return str(self.table.stays) if self.changed else ""


@dataclass(frozen=True)
class Preview:
    lines: list[Line]
    files: int
    """Private files that leave the storage."""

    @property
    def deleted(self) -> list[Line]:
        return [line for line in self.lines if line.deleted]

    @property
    def kept(self) -> list[Line]:
        return [line for line in self.lines if line.stays]


def dry_run(person: Person, *, now: dt.datetime) -> Preview:
    """What erasing the person would do; nothing is changed."""
    files = len(list(copies.files_of(person)))
    with transaction.atomic():
        touched = Touched()
        erase_person(person=person, now=now)
        lines = touched.lines()
        transaction.set_rollback(True)
    return Preview(lines=lines, files=files)


def of_account(user: User, *, now: dt.datetime) -> Preview:
    """The same for an account, also one whose owner never filled in a profile."""
    if user.person:
        return dry_run(user.person, now=now)
    with transaction.atomic():
        # A record for as long as the question takes: looking leaves nothing behind.
        plan = dry_run(account_person(user), now=now)
        transaction.set_rollback(True)
    user.person = None
    return plan


class Touched:
    """The rows that this transaction deletes and changes from here on, by table."""

    def __init__(self) -> None:
        self.before = self._counts()

    def lines(self) -> list[Line]:
        """In the order in which the tables are declared."""
        now = self._counts()
        now.subtract(self.before)
        return [
            Line(label=label, table=table, deleted=deleted, changed=changed)
            for label, table in datamap.registry.items()
            for deleted, changed in [self._of(label, now)]
            if deleted or (changed and table.stays)
        ]

    @staticmethod
    def _of(label: str, counts: Counter) -> tuple[int, int]:
        name = apps.get_model(label)._meta.db_table
        return counts[name, "deleted"], counts[name, "changed"]

    @staticmethod
    def _counts() -> Counter:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, n_tup_del, n_tup_upd FROM pg_stat_xact_user_tables"
                " WHERE n_tup_del + n_tup_upd > 0"
            )
            found: Counter = Counter()
            for name, deleted, changed in cursor.fetchall():
                found[name, "deleted"] = deleted
                found[name, "changed"] = changed
        return found
