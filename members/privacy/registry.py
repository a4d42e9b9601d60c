"""Which tables are about people, and what each does with its rows."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

from content.registry import Registry
from members.models import Person

NAMELESS = "—"


class Holder(Protocol):
    """How a model's rows about a person are handed out and erased."""

    def export(self, person: Person) -> Any:
        """Everything held about the person, as plain data that JSON can carry."""
        ...

    def erase(self, person: Person, now: dt.datetime) -> None:
        """Delete the rows, or take out of them all that tells who it was.

        Rows that must stay (figures, results) may keep pointing to the person: the
        person's own row then stays without name or address. Done twice is done once.
        """
        ...


registry: Registry[Holder] = Registry("members.privacy")
