"""Facts about what a person has done: certificates write them, teams read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from content.registry import Registry
from members.models import Person


@dataclass(frozen=True)
class Achievement:
    """One fact: `key` for programs ("trained"), `label` for people."""

    key: str
    label: str
    on: dt.date
    url: str = ""


class AchievementSource(Protocol):
    """A feature that knows what people have done."""

    def achievements(self, people: Iterable[Person]) -> dict[int, list[Achievement]]:
        """The facts by person id, for all these people in one go."""
        ...

    def days(self, key: str, people: Iterable[int]) -> Iterable[tuple[int, dt.date]]:
        """Person id and day of each fact of one key, and nothing else of it.

        For figures over thousands of people, which need no label and no address.
        """
        ...


registry: Registry[AchievementSource] = Registry("members.achievements")


def of(people: Iterable[Person]) -> dict[int, list[Achievement]]:
    """Everything every feature knows of these people, newest first."""
    people = list(people)
    found: dict[int, list[Achievement]] = {person.pk: [] for person in people}
    for source in registry:
        for person_id, facts in source.achievements(people).items():
            found[person_id].extend(facts)
    for facts in found.values():
        facts.sort(key=lambda fact: fact.on, reverse=True)
    return found


def days(key: str, people: Iterable[int]) -> dict[int, list[dt.date]]:
    """The days of all facts with this key, by person id; who has none is missing."""
    people = list(people)
    found: dict[int, list[dt.date]] = {}
    for source in registry:
        for person_id, day in source.days(key, people):
            found.setdefault(person_id, []).append(day)
    return found
