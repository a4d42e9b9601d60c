"""Erasing a person."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.db.models import ProtectedError

from members import ledger
from members.models import Erasure, Person
from members.privacy.registry import NAMELESS, registry

logger = logging.getLogger(__name__)


def erase_person(
    *, person: Person, now: dt.datetime, kind: Erasure.Kind = Erasure.Kind.ASKED
) -> bool:
    """Erase what tells who the person was; True when nothing at all is left of them.

    False means that rows which must stay still point to a nameless record. Done
    twice is done once. The ledger remembers it, so that a restored backup can do it
    again (`members.erasures`).
    """
    with transaction.atomic():
        person = Person.objects.select_for_update(of=("self",)).filter(pk=person.pk)
        person = person.first()
        if person is None:
            return True
        ledger.record(person, kind=kind, now=now)
        for holder in registry:
            holder.erase(person, now)
        _make_nameless(person)
        number = person.pk
        # Not of a dry run, which is rolled back.
        transaction.on_commit(lambda: logger.info("person %s erased", number))
        try:
            with transaction.atomic():
                person.delete()
        except ProtectedError:
            return False
    return True


def _make_nameless(person: Person) -> None:
    person.full_name = NAMELESS
    person.sort_name = person.phone = person.email = person.member_code = ""
    person.birth_date = person.birth_year = person.unit = None
    person.save()
