"""Giving and withdrawing consent; the questions about it are in `rules`."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from members import rules
from members.models import Consent, Guardian, Person, User
from members.querysets import ConsentQuerySet


def given(person: Person, purpose: Consent.Purpose, about: str = "") -> bool:
    """Whether anybody consented to the purpose, for this matter or as such.

    Children need more than that: ask `rules.why_not_take_part` and `may_publish`.
    """
    return rules.live_consents(person, purpose, about=about).exists()


def give(
    *,
    person: Person,
    purpose: Consent.Purpose,
    text_version: str,
    method: Consent.Method,
    now: dt.datetime,
    guardian: Guardian | None = None,
    about: str = "",
    recorded_by: User | None = None,
) -> Consent:
    """Record a consent; the one that already stands stays as it is.

    Raises ValueError for a guardian of somebody else.
    """
    if guardian and guardian.child_id != person.pk:
        raise ValueError("the guardian decides for another child")
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        consent, _created = Consent.objects.live().get_or_create(
            person=person,
            guardian=guardian,
            purpose=purpose,
            about=about,
            defaults={
                "text_version": text_version,
                "method": method,
                "given_at": now,
                "recorded_by": recorded_by,
            },
        )
    return consent


def withdraw(
    *, person: Person, purpose: Consent.Purpose, now: dt.datetime, about: str = ""
) -> int:
    """Withdraw every consent that covers the matter; the number withdrawn.

    Whatever was shown because of it asks the rules and is gone from the next page on.
    """
    return withdraw_rows(rules.live_consents(person, purpose, about=about), now=now)


def withdraw_rows(rows: ConsentQuerySet, *, now: dt.datetime) -> int:
    """Withdraw those of the consents that still stand; the number withdrawn."""
    return rows.live().update(withdrawn_at=now)
