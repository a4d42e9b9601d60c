"""Named groups of people that an activity may address."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from django.db.models import QuerySet

from content.registry import Registry
from members.models import Person


class Audience(Protocol):
    """A group such as "members of digital teams"; the key is its stable name."""

    label: str
    """What staff choose it by (lazily translated)."""

    def people(self, on: dt.date) -> QuerySet[Person]:
        """Everybody who belongs to the group on that day."""
        ...


registry: Registry[Audience] = Registry("members.audiences")


def contains(key: str, person: Person, on: dt.date) -> bool:
    """Whether the person belongs to the group; an unknown group holds nobody."""
    audience = registry.get(key)
    return bool(audience) and audience.people(on).filter(pk=person.pk).exists()
