"""Which people of a unit a list means: one to a line, as people write them."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass, field

from members.codes import code_key
from members.models import Person, Unit, UnitChangePlace
from vietnam.fold import fold

MOST_LINES = 5000
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass
class Found:
    people: set[int] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)


class PlacedPeople:
    """For `members.privacy` and `members.merge`: who was put into a part of a split."""

    def export(self, person: Person) -> list[dict[str, str]]:
        rows = UnitChangePlace.objects.filter(person=person).select_related("part")
        return [{"unit": str(row.part)} for row in rows]

    def erase(self, person: Person, now: dt.datetime) -> None:
        UnitChangePlace.objects.filter(person=person).delete()

    def merge(self, keep: Person, drop: Person) -> None:
        rows = UnitChangePlace.objects.filter(person=drop)
        placed = UnitChangePlace.objects.filter(person=keep).values("part__change")
        rows.filter(part__change__in=placed).delete()
        rows.update(person=keep)


class PeopleOfUnit:
    """The unit's own people by everything that a line may name, from one query."""

    def __init__(self, unit: Unit) -> None:
        self.named: dict[str, set[int]] = defaultdict(set)
        rows = unit.people.order_by("pk").values_list(
            "pk", "folded_name", "birth_year", "email", "member_key"
        )
        for pk, name, year, email, code in rows:
            self.named[name].add(pk)
            if year:
                self.named[f"{name} {year}"].add(pk)
            if email:
                self.named[email.lower()].add(pk)
            if code:
                self.named[f"#{code}"].add(pk)

    def read(self, text: str) -> Found:
        """A line is a member code, an address, or a name with or without a year."""
        found = Found()
        for raw in text.splitlines()[:MOST_LINES]:
            line = raw.strip(" \t;,")
            if not line:
                continue
            people = self._of(line)
            if len(people) == 1:
                found.people |= people
            else:
                (found.doubtful if people else found.unknown).append(line[:80])
        return found

    def _of(self, line: str) -> set[int]:
        year = _YEAR.search(line)
        name = " ".join(re.findall(r"[^\W\d]+", fold(line)))
        keys = [line.lower(), f"#{code_key(line)}"]
        if year:
            keys.append(f"{name} {year[0]}")
        else:
            keys.append(name)
        return next((self.named[key] for key in keys if key in self.named), set())
