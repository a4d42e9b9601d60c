"""What waits for somebody, and what comes next: the top of their desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from content.registry import Registry
from members.models import User


@dataclass(frozen=True)
class Task:
    """One thing to do, said in a few words, with where to do it."""

    label: str
    url: str
    count: int | QuerySet = 1
    """How many wait. Rows are counted together with those of all other tasks, and a
    task of none is dropped."""
    due: dt.datetime | None = None


@dataclass(frozen=True)
class Moment:
    """Something that happens by itself at a known time, such as a deadline."""

    at: dt.datetime
    what: str
    title: str
    url: str


class TaskSource(Protocol):
    """A feature that has work for people."""

    def tasks(self, user: User, now: dt.datetime) -> Iterable[Task]:
        """What waits for this account; nothing outside its scope (rule 10).

        The number of queries does not grow with what waits; give rows rather than
        their number.
        """
        ...


class AgendaSource(Protocol):
    """A feature whose days those who manage it should know."""

    def ahead(
        self, user: User, now: dt.datetime, until: dt.datetime
    ) -> Iterable[Moment]:
        """What comes within [now, until) where this account manages things."""
        ...


registry: Registry[TaskSource] = Registry("members.desk")
agenda: Registry[AgendaSource] = Registry("members.desk.agenda")


def tasks(user: User, now: dt.datetime) -> list[Task]:
    """Everything that waits for the account: what is due first, first."""
    found = [task for source in registry for task in source.tasks(user, now)]
    waiting = counted(found)
    return sorted(waiting, key=lambda task: (task.due is None, task.due or now))


def counted(found: Sequence[Task]) -> list[Task]:
    """The tasks with numbers for rows, without those whose rows are none."""
    numbers = iter(_numbers([t.count for t in found if isinstance(t.count, QuerySet)]))
    told = []
    for task in found:
        if not isinstance(task.count, QuerySet):
            told.append(task)
        elif number := next(numbers):
            told.append(replace(task, count=number))
    return told


def _numbers(sets: list[QuerySet]) -> Sequence[int]:
    """How many rows each has, in one statement: a desk has some twenty of them."""
    counts, values = [], []
    for rows in sets:
        try:
            sql, params = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            counts.append("0")
        else:
            # The text is what the ORM wrote; values stay parameters.
            counts.append(f"(SELECT COUNT(*) FROM ({sql}) AS waiting)")  # noqa: S608
            values += params
    if not counts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", values)
        return cursor.fetchone()


def ahead(user: User, now: dt.datetime, until: dt.datetime) -> list[Moment]:
    """What comes within [now, until), the next one first."""
    found = [one for source in agenda for one in source.ahead(user, now, until)]
    return sorted(
        (one for one in found if now <= one.at < until), key=lambda one: one.at
    )
