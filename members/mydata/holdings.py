"""What is held about somebody, by kind and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from members import datamap
from members.datamap import Table
from members.models import Person
from members.mydata import words
from members.privacy import export_person


@dataclass(frozen=True)
class Holding:
    """The rows of one table about one person."""

    label: str
    table: Table
    rows: list[dict[str, Any]]

    @property
    def number(self) -> int:
        return len(self.rows)

    @property
    def readable(self) -> list[list[tuple[str, str]]]:
        """Each row as names and values that a person can read."""
        return [words.readable(row) for row in self.rows]


def of(person: Person) -> list[Holding]:
    """What there is, in the order of the declarations; empty kinds are left out.

    Histories of changes stand in the copy as data; here they would repeat it all.
    """
    told = export_person(person)
    found = []
    for label, table in datamap.registry.items():
        rows = told.get(label) or []
        rows = [rows] if isinstance(rows, dict) else rows
        if rows:
            found.append(Holding(label=label, table=table, rows=rows))
    return found
