"""What happens to certificates; nothing else writes them.

How a feature issues them, from its own button or task:

    facts = Facts(
        about=f"training.session:{session.pk}",
        kind=Kind.TRAINING,
        unit=session.unit,              # who issues; see Issuer for who signs
        course=session.title,
        starts_on=..., ends_on=...,     # days in Vietnam
        dated=local_day(now),           # the day on the paper, and the register's year
        extent="4 buổi (16 giờ)", venue=session.venue,
    )
    issue(person=person, facts=facts, by=user, now=now)                  # one
    batches.start(facts=facts, entries=[Entry(person=...), ...], by=user, now=now)

Who has earned one is the feature's question (share of half-days, a prize); whether
`user` may issue for `facts.unit` is asked by `permissions.may(user,
"certificates.issue", unit)` before calling. Both verbs done twice are done once: a
person who has a valid certificate for the same `about` and `kind` keeps it. A second
click on a batch at work gives that batch back; its page in the admin shows progress
and hands out the ZIP. `Certificate.objects.about(about, kind)` says who has one.

Locks, in this order: batch, people by key, certificate, the year's register. Whoever
has a person locked takes no batch.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from certificates import codes, letters, rules
from certificates.facts import Entry, Facts, signature
from certificates.models import BatchEntry, Certificate, Register
from certificates.rules import Refusal, Refused
from content.fields import clean_line
from members.models import Person, User

log = logging.getLogger(__name__)

CORRECTABLE = (
    "name",
    "of_unit",
    "course",
    "merit",
    "starts_on",
    "ends_on",
    "extent",
    "venue",
)
"""What a new version may say otherwise; number, date and signature stay."""
COPIED = (
    *("person_id", "unit_id", "about", "kind", "year", "number", "suffix"),
    *("above", "issuer", "place", "signer_title", "signer_name", "issued_on"),
    *CORRECTABLE,
)


def issue(
    *,
    person: Person,
    facts: Facts,
    by: User | None,
    now: dt.datetime,
    name: str = "",
    merit: str = "",
    tell: bool = True,
    again: bool = False,
) -> Certificate:
    """Issue one certificate, or give back the valid one that is there already.

    `again`: also to somebody whose certificate was revoked. `tell` writes to them.
    Raises Refused.
    """
    if refusal := rules.why_not_facts(facts):
        raise Refused(refusal)
    entry = Entry(person=person, name=name, merit=merit)
    with transaction.atomic():
        outcome = issue_many([entry], facts, by=by, now=now, tell=tell, again=again)
    found = outcome[person.pk]
    if isinstance(found, Refusal):
        raise Refused(found)
    return found


def issue_many(
    entries: Iterable[Entry],
    facts: Facts,
    *,
    by: User | None,
    now: dt.datetime,
    tell: bool,
    again: bool = False,
) -> dict[int, Certificate | Refusal]:
    """By person: the certificate, new or there already, or why there is none.

    In the caller's transaction; numbers follow the order of the entries. Nobody who
    cannot get one takes a number.
    """
    entries = list(entries)
    people = _lock_people(entry.person.pk for entry in entries)
    register = _lock_register(facts.dated.year)
    mine = Certificate.objects.about(facts.about, facts.kind).filter(person__in=people)
    outcome: dict[int, Certificate | Refusal] = {
        row.person_id: row for row in mine.valid()
    }
    revoked = set(mine.filter(replaced_by=None).values_list("person", flat=True))
    columns = _columns(facts) if len(outcome) < len(entries) else {}
    new = []
    for entry in entries:
        key = entry.person.pk
        if key in outcome:
            continue
        person = people.get(key)
        if refusal := rules.why_not_issue(person, revoked, again=again):
            outcome[key] = refusal
            continue
        register.last += 1
        outcome[key] = Certificate(
            **columns,
            person=person,
            number=register.last,
            code=codes.new_code(),
            name=clean_line(entry.name) or person.full_name,
            of_unit=person.unit.name if person.unit else "",
            merit=entry.merit,
            issued_at=now,
            issued_by=by,
        )
        new.append(outcome[key])
    if new:
        register.save(update_fields=["last"])
        Certificate.objects.bulk_create(new)
        if tell:
            letters.issued(new, now=now)
    return outcome


def correct(
    *,
    certificate_id: int,
    changes: Mapping[str, Any],
    by: User | None,
    now: dt.datetime,
    tell: bool = True,
) -> Certificate:
    """A new version under the same number; the old one is revoked, its code with it.

    `changes` holds new values of CORRECTABLE fields. The same correction made twice
    is made once, and one that changes nothing makes no version. Raises Refused, and
    ValueError for a field that no version may change.
    """
    if wrong := set(changes).difference(CORRECTABLE):
        raise ValueError(f"not to be corrected: {sorted(wrong)}")
    with transaction.atomic():
        old = _lock_certificate(certificate_id)
        if not old.is_valid:
            newer = Certificate.objects.valid().filter(replaces=old).first()
            if newer and not _differs(newer, changes):
                return newer
            raise Refused(Refusal.ENDED)
        if not _differs(old, changes):
            return old
        new = Certificate(**{column: getattr(old, column) for column in COPIED})
        for column, value in changes.items():
            setattr(new, column, _clean(value))
        new.version, new.replaces = old.version + 1, old
        new.code, new.issued_at, new.issued_by = codes.new_code(), now, by
        if refusal := _why_not_words(new):
            raise Refused(refusal)
        _end(old, by=by, now=now, reason="")
        new.save(force_insert=True)
        BatchEntry.objects.with_certificates([old]).update(certificate=new)
        if tell:
            letters.issued([new], now=now)
    return new


def revoke(
    *, certificate_id: int, reason: str, by: User | None, now: dt.datetime
) -> Certificate:
    """End a certificate; its number stays taken and its page says that it ended.

    Revoking a revoked one gives it back unchanged. Raises Refused.
    """
    if not clean_line(reason):
        raise Refused(Refusal.NO_REASON)
    with transaction.atomic():
        certificate = _lock_certificate(certificate_id)
        if certificate.is_valid:
            _end(certificate, by=by, now=now, reason=clean_line(reason))
        elif hasattr(certificate, "replaced_by"):
            raise Refused(Refusal.ENDED)
    return certificate


def _lock_people(keys: Iterable[int]) -> dict[int, Person]:
    """Fresh, and not erased or merged until we are done; in the order of keys."""
    rows = Person.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    rows = rows.select_related("unit", "user").prefetch_related("guardians")
    return {person.pk: person for person in rows.filter(pk__in=list(keys))}


def _lock_register(year: int) -> Register:
    Register.objects.bulk_create([Register(year=year)], ignore_conflicts=True)
    return Register.objects.select_for_update(no_key=True).get(year=year)


def _lock_certificate(certificate_id: int) -> Certificate:
    """The person before the certificate, as erasing them does."""
    person = Certificate.objects.filter(pk=certificate_id).values("person")
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=person))
    rows = Certificate.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("person__user").get(pk=certificate_id)


def _columns(facts: Facts) -> dict[str, Any]:
    """What all certificates of these facts have in common."""
    return signature(facts.unit) | {
        "unit": facts.unit,
        "about": facts.about,
        "kind": facts.kind,
        "course": facts.course,
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "extent": facts.extent,
        "venue": facts.venue,
        "issued_on": facts.dated,
        "year": facts.dated.year,
    }


def _end(
    certificate: Certificate, *, by: User | None, now: dt.datetime, reason: str
) -> None:
    certificate.revoked_at, certificate.revoked_by = now, by
    certificate.reason = reason
    certificate.save(update_fields=["revoked_at", "revoked_by", "reason"])


def _differs(certificate: Certificate, changes: Mapping[str, Any]) -> bool:
    return any(
        getattr(certificate, column) != _clean(value)
        for column, value in changes.items()
    )


def _clean(value: Any) -> Any:
    return clean_line(value) if isinstance(value, str) else value


def _why_not_words(certificate: Certificate) -> Refusal | None:
    if not certificate.name:
        return Refusal.NO_NAME
    if not certificate.course:
        return Refusal.TITLE
    if certificate.ends_on < certificate.starts_on:
        return Refusal.DAYS
    return None
