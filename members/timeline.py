"""What a person takes part in: the heart of "my page"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from content.registry import Registry
from members.models import Person


@dataclass(frozen=True)
class Entry:
    """One thing in a person's life here, at one moment.

    `state` and `state_text` are what the state component takes; `url` is where the
    person acts on it. `all_day`: the time of `at` says nothing and is not shown.
    """

    at: dt.datetime
    title: str
    url: str
    kind: str = ""
    state: str = ""
    state_text: str = ""
    note: str = ""
    all_day: bool = False


class EntrySource(Protocol):
    """A feature in which people take part."""

    def entries(self, person: Person, now: dt.datetime) -> Iterable[Entry]:
        """What the person has ahead and what they lately had, in any order."""
        ...


registry: Registry[EntrySource] = Registry("members.timeline")


def entries(person: Person, now: dt.datetime) -> tuple[list[Entry], list[Entry]]:
    """What is ahead (nearest first) and what is past (latest first)."""
    found = [entry for source in registry for entry in source.entries(person, now)]
    ahead = sorted((e for e in found if e.at >= now), key=lambda e: e.at)
    past = sorted((e for e in found if e.at < now), key=lambda e: e.at, reverse=True)
    return ahead, past
