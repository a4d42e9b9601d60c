"""Bringing the list in: all of its good rows in one transaction."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping

from django.db import connection, transaction

from content import waiting
from members.codes import code_key
from members.listing.planning import Entry, Kind, Planner, Verdict
from members.listing.rows import RowReader
from members.listing.summary import Summary
from members.lists.stream import Table
from members.models import Person, User
from vietnam.dates import local_day

logger = logging.getLogger(__name__)

LIST_LOCK = 0x074D_454D_4245_52  # any number that nothing else locks
BATCH = 500
TOLD = 500
"""After so many rows the page hears how far it is."""


class Busy(Exception):
    """Another member list is being brought in."""


def look(
    table: Table,
    *,
    by: User,
    now: dt.datetime,
    answers: Mapping[int, str] | None = None,
    replace: bool = False,
    tidy_names: bool = True,
    progress: Callable[[int], None] = lambda done: None,
) -> Summary:
    """What the list would do if `by` brought it in now; nothing is written."""
    planner = _planner(table, by, now, answers, replace, tidy_names)
    summary = _summary(table)
    for verdict in planner:
        _count(summary, verdict, table, progress)
    return summary


def bring_in(
    table: Table,
    *,
    by: User,
    now: dt.datetime,
    answers: Mapping[int, str] | None = None,
    replace: bool = False,
    tidy_names: bool = True,
    progress: Callable[[int], None] = lambda done: None,
    finish: Callable[[Summary], None] = lambda summary: None,
) -> Summary:
    """Write what is new, fill in what is missing; nothing of a row in doubt.

    Decided anew with the rights of `by` as they are now, so whoever was added or
    changed since the preview is known. Brought in twice, the second time changes
    nothing. `finish` hears of the outcome inside the transaction. Raises Busy, and
    SheetRefused.
    """
    with waiting.no_longer(Busy), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LIST_LOCK])
        planner = _planner(table, by, now, answers, replace, tidy_names)
        summary, writer = _summary(table), _Writer(now)
        for verdict in planner:
            _count(summary, verdict, table, progress)
            writer.take(verdict, replace=replace)
        writer.flush()
        finish(summary)
    logger.info("member list by account %s: %s", by.pk, summary.outcome())
    return summary


def _planner(table, by, now, answers, replace, tidy_names) -> Planner:
    reader = RowReader(table, user=by, today=local_day(now), tidy_names=tidy_names)
    return Planner(reader, user=by, answers=answers, replace=replace)


def _summary(table: Table) -> Summary:
    return Summary(unread=table.unread, hidden_columns=table.hidden_columns)


def _count(summary: Summary, verdict: Verdict, table: Table, progress) -> None:
    summary.add(verdict)
    summary.hidden_rows += verdict.one.number in table.hidden_rows
    if summary.rows % TOLD == 0:
        progress(summary.rows)


class _Writer:
    """Collects rows and writes them by the batch."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.new: list[Entry] = []
        self.changes: dict[int, dict[str, object]] = {}

    def take(self, verdict: Verdict, *, replace: bool) -> None:
        entry = verdict.entry
        if verdict.kind == Kind.NEW:
            entry.pending = _person(entry)
            self.new.append(entry)
        elif verdict.kind == Kind.CHANGED:
            said = verdict.written(replace=replace)
            if entry.pending is not None:
                for name, value in said.items():
                    setattr(entry.pending, name, value)
            else:
                self.changes.setdefault(entry.pk, {}).update(said)
        if len(self.new) >= BATCH or len(self.changes) >= BATCH:
            self.flush()

    def flush(self) -> None:
        people = [entry.pending for entry in self.new]
        Person.objects.bulk_create(people, batch_size=BATCH)
        for entry, person in zip(self.new, people, strict=True):
            entry.pk, entry.pending = person.pk, None
        self.new = []
        self._write_changes()

    def _write_changes(self) -> None:
        if not self.changes:
            return
        rows = Person.objects.select_for_update(of=("self",)).order_by("pk")
        people = rows.in_bulk(self.changes)
        names = {"updated_at"}
        for pk, person in people.items():  # who was merged away meanwhile is not there
            for name, value in self.changes[pk].items():
                setattr(person, name, value)
            # Nothing derives in an update of many rows.
            person.member_key = code_key(person.member_code)
            person.updated_at = self.now
            names |= set(self.changes[pk])
        if "member_code" in names:
            names.add("member_key")
        Person.objects.bulk_update(people.values(), sorted(names), BATCH)
        self.changes = {}


def _person(entry: Entry) -> Person:
    return Person(
        full_name=entry.full_name,
        birth_date=entry.birth_date,
        birth_year=entry.birth_year,
        unit=entry.unit,
        phone=entry.phone,
        email=entry.email,
        member_code=entry.member_code,
        member_key=code_key(entry.member_code),
    )
