"""What waits for somebody: the short list at the top of their desk."""

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


class TaskSource(Protocol):
    """A feature that has work for people."""

    def tasks(self, user: User, now: dt.datetime) -> Iterable[Task]:
        """What waits for this account; nothing outside its scope (rule 10)."""
        ...


registry: Registry[TaskSource] = Registry("members.desk")


def tasks(user: User, now: dt.datetime) -> list[Task]:
    """Everything that waits for the account: what is due first, first."""
    found = [task for source in registry for task in source.tasks(user, now)]
    return sorted(found, key=lambda task: (task.due is None, task.due or now))
