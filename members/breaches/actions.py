"""Putting people into the register, and writing to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from members.breaches import letters
from members.models import Breach, BreachPerson, Person
from vietnam.dates import local_day

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


def tell(*, breach: Breach, words: str, now: dt.datetime) -> tuple[int, int]:
    """A letter to everybody affected who has had none; how many got one, how many
    cannot be reached. Done twice is done once.

    For a child the guardians are written to as well.
    """
    told = unreached = 0
    waiting = breach.people.filter(told_at=None).select_related("person__user")
    waiting = waiting.prefetch_related("person__guardians").order_by("pk")
    with transaction.atomic():
        rows = list(waiting.select_for_update(of=("self",)))
        for row in rows:
            addresses = addresses_of(row.person, on=local_day(now))
            for address in addresses:
                letters.tell(row, address=address, words=words, now=now)
            if addresses:
                row.told_at = now
                told += 1
            else:
                unreached += 1
        BreachPerson.objects.bulk_update(rows, ["told_at"], batch_size=AT_ONCE)
    return told, unreached


def addresses_of(person: Person, *, on: dt.date) -> list[str]:
    """The person's own address, and those of the guardians of a child."""
    account = getattr(person, "user", None)
    found = [person.email or (account and account.email) or ""]
    if person.is_child(on):
        found += [guardian.email for guardian in person.guardians.all()]
    return [address for address in dict.fromkeys(found) if address]
