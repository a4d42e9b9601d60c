"""What a person takes part in: the heart of "my page"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from content.registry import Registry
from members.models import Person


@dataclass(frozen=True)
class Entry:
    """One thing in a person's life here, at one moment.

    `state` and `state_text` are what the state component takes; `url` is where the
    person acts on it. `all_day`: the time of `at` says nothing and is not shown.
    `ongoing`: it has begun and is not over, however long ago `at` was.
    """

    at: dt.datetime
    title: str
    url: str
    kind: str = ""
    state: str = ""
    state_text: str = ""
    note: str = ""
    all_day: bool = False
    ongoing: bool = False


class EntrySource(Protocol):
    """A feature in which people take part."""

    def entries(self, person: Person, now: dt.datetime) -> Iterable[Entry]:
        """What the person has ahead and what they lately had, in any order."""
        ...


registry: Registry[EntrySource] = Registry("members.timeline")


class Timeline(NamedTuple):
    ahead: list[Entry]
    """Nearest first."""
    ongoing: list[Entry]
    """What began last comes first, as in `past`."""
    past: list[Entry]


def entries(person: Person, now: dt.datetime) -> Timeline:
    found = [entry for source in registry for entry in source.entries(person, now)]
    found.sort(key=lambda entry: entry.at, reverse=True)
    begun = [entry for entry in found if entry.at < now]
    return Timeline(
        ahead=[entry for entry in found if entry.at >= now][::-1],
        ongoing=[entry for entry in begun if entry.ongoing],
        past=[entry for entry in begun if not entry.ongoing],
    )
