"""What waits for somebody, and what comes next: the top of their desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from content.registry import Registry
from members.models import User


@dataclass(frozen=True)
class Task:
    """One thing to do, said in a few words, with where to do it."""

    label: str
    url: str
    count: int = 1
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

        The number of queries does not grow with what waits.
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
    return sorted(found, key=lambda task: (task.due is None, task.due or now))


def ahead(user: User, now: dt.datetime, until: dt.datetime) -> list[Moment]:
    """What comes within [now, until), the next one first."""
    found = [one for source in agenda for one in source.ahead(user, now, until)]
    return sorted(
        (one for one in found if now <= one.at < until), key=lambda one: one.at
    )
