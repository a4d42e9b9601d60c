"""The demo: a small province with people, units, articles and sessions.

Only in debug. Everybody in it is made up; addresses end in @example.com.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from content.search import words
from members.models import Person, Unit, User

PASSWORD = "chuyen-doi-so"  # noqa: S105  printed by `make run`, on this machine only


@dataclass
class World:
    """What the parts of the demo hand to one another."""

    now: datetime
    units: dict[str, Unit] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    pupils: list[Person] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)


def accounts() -> list[tuple[str, str, str]]:
    """The demo's sign-ins: role in plain words, e-mail address, password."""
    from portal.demo import people

    return [(label, email, PASSWORD) for label, email, *_ in people.ACCOUNTS]


def card_code(*, now: datetime) -> str | None:
    """A new code for the demo's youth without e-mail, or None without the demo.

    A code works once and is kept nowhere, so each start issues another card.
    """
    from portal.demo import people

    return people.card_code(now=now)


def load(*, now: datetime) -> World:
    """Load the demo; done twice is done once. Refuses outside debug."""
    if not settings.DEBUG:
        raise ImproperlyConfigured("The demo content loads in debug only.")
    from portal.demo import (
        certificates,
        contests,
        data_requests,
        help,
        kinds,
        lists,
        news,
        newsroom,
        people,
        reach,
        records,
        reports,
        safety,
        site,
        stories,
        teams,
        training,
        units,
    )

    world = World(now=now)
    parts = (units, site, people, news, kinds, safety, stories)
    parts += (
        newsroom,
        training,
        certificates,
        lists,
        teams,
        reach,
        reports,
        help,
        contests,
        data_requests,
        records,
    )
    with transaction.atomic():
        for part in parts:
            part.load(world)
        words.rebuild(now=now)
    return world
