"""Putting people into the register, and whom to write to for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from members.models import Breach, BreachPerson, Person

AT_ONCE = 2000


def add_people(*, breach: Breach, people: Iterable[Person]) -> int:
    """Keep who was affected, as it is known now; the number that is new.

    What the logs say is deleted one day, the register stays. Done twice is done once.
    """
    before = breach.people.count()
    BreachPerson.objects.bulk_create(
        [BreachPerson(breach=breach, person=person) for person in people],
        ignore_conflicts=True,
        batch_size=AT_ONCE,
    )
    return breach.people.count() - before


def addresses_of(person: Person, *, on: dt.date) -> list[str]:
    """The person's own address, and those of the guardians of a child."""
    account = getattr(person, "user", None)
    found = [person.email or (account and account.email) or ""]
    if person.is_child(on):
        found += [guardian.email for guardian in person.guardians.all()]
    return [address for address in dict.fromkeys(found) if address]
