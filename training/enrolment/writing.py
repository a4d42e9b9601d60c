"""Handing a list in: everybody who is in order, or nobody."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from django.db import transaction

from members import consent_texts, consents, permissions
from members.models import Consent, Person, User
from training import actions, rules
from training.enrolment.columns import Column
from training.enrolment.planning import Plan, PlannedRow
from training.groups import Listed
from training.models import Registration

logger = logging.getLogger(__name__)

FILLED = ("phone", "email", "birth_date", "birth_year", "member_code")
"""What a list may add to a person we know, where nothing stands yet."""


def hand_in(
    plan: Plan, *, by: User, now: dt.datetime, together: bool = False
) -> Listed:
    """Sign up the rows of the plan that are ready, in one transaction.

    People the portal does not know yet are made, with the consent to take part that
    the secretary vouches for. Whoever signed up meanwhile stays as they are. Raises
    actions.Refused and actions.Busy, and then nothing was written.
    """
    rows = plan.ready
    with transaction.atomic():
        _write_people(rows, by)
        consents.confirm_all(
            people=[row.person for row in rows],
            purpose=Consent.Purpose.TRAINING,
            about=rules.consent_about(plan.session),
            text_version=consent_texts.stamp("training.list"),
            by=by,
            now=now,
        )
        done = actions.register_group(
            session_id=plan.session.pk,
            people=[row.person for row in rows],
            unit=plan.unit,
            by=by,
            together=together,
            told={row.person.pk: row.told for row in rows},
            now=now,
        )
        _write_words(rows, done)
    number = len(done.registrations)
    logger.info("list of %s by account %s: %s", plan.session.pk, by.pk, number)
    return done


def _write_words(rows: Sequence[PlannedRow], done: Listed) -> None:
    """What the list itself says of each, as the paper list would."""
    by_person = {row.person.pk: row for row in rows}
    for registration in done.registrations:
        row = by_person[registration.person_id]
        registration.unit_name = row.unit_name
        registration.position = row.texts[Column.POSITION]
        registration.note = row.texts[Column.NOTE]
    words = ["unit_name", "position", "note"]
    Registration.objects.bulk_update(done.registrations, words, batch_size=500)


def _write_people(rows: Sequence[PlannedRow], by: User) -> None:
    Person.objects.bulk_create(row.person for row in rows if row.is_new)
    for row in rows:
        if row.person is row.typed or not _may_fill(row.person, by):
            continue
        filled = [
            name
            for name in FILLED
            if getattr(row.typed, name) and not getattr(row.person, name)
        ]
        for name in filled:
            setattr(row.person, name, getattr(row.typed, name))
        if filled:
            row.person.save()


def _may_fill(person: Person, by: User) -> bool:
    if person.unit is None:
        return permissions.everywhere(by, "people.manage")
    return permissions.may(by, "people.manage", person.unit)
