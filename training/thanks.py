"""The letter after a session: thanks, the papers, and a page for feedback.

Derived like the reminders: which letters are due is asked each minute, so a worker
that was down loses and doubles nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext

from mail import kinds, reminders
from mail.models import Letter
from mail.reminders import Draft
from training import emails
from training.attendance import took_attendance
from training.facts import facts_of
from training.models import Attendance, Registration, TrainingSession
from vietnam.hours import next_allowed

AFTER = dt.timedelta(hours=1)
WITHIN = dt.timedelta(days=7)
"""Thanks that come later than that are none."""


class SessionThanks:
    """Everybody who was there, once, from an hour after the end on; not at night.

    Where nobody kept a list, everybody with a place was there.
    """

    kind = emails.THANKS

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        over = TrainingSession.objects.filter(
            state=TrainingSession.State.PUBLISHED,
            ends_at__lte=now - AFTER,
            ends_at__gt=now - WITHIN,
        )
        for session in over.defer("description"):
            if next_allowed(session.ends_at + AFTER) <= now:
                yield from _drafts(session, now)


def to_thank(session: TrainingSession):
    """Whose letter is not written yet, in one query."""
    key = Concat(
        Value(f"{emails.THANKS}:"),
        Cast(OuterRef("pk"), TextField()),
        output_field=TextField(),
    )
    rows = Registration.objects.filter(session=session).confirmed()
    if took_attendance(session):
        rows = rows.filter(
            Exists(Attendance.objects.filter(registration=OuterRef("pk")))
        )
    rows = rows.exclude(Exists(Letter.objects.filter(dedupe_key=key)))
    return rows.select_related("person", "person__user").order_by("id")


def recheck(letter, now: dt.datetime) -> kinds.Verdict:
    """Dropped where the list says by now that the person was not there."""
    row = Registration.objects.select_related("session").filter(pk=letter.about_id)
    registration = row.first()
    if registration is None or registration.state != Registration.State.CONFIRMED:
        return kinds.Drop(gettext("The person has no place any more."))
    was_there = registration.attendances.exists()
    if not was_there and took_attendance(registration.session):
        return kinds.Drop(gettext("The person was not there."))
    return kinds.KEEP


def _drafts(session: TrainingSession, now: dt.datetime) -> Iterator[Draft]:
    facts = facts_of(session, now=now)
    for registration in to_thank(session).iterator(chunk_size=500):
        registration.session = session
        address = emails.address_of(registration)
        if address:
            yield Draft(
                kind=emails.THANKS,
                address=address,
                content=emails.content_of(emails.THANKS, registration, facts),
                recipient=registration.person_id,
                about=(emails.ABOUT, registration.pk),
                dedupe_key=f"{emails.THANKS}:{registration.pk}",
                not_after=session.ends_at + WITHIN,
                fingerprint=facts.fingerprint,
                language=registration.language,
            )


def register_source() -> None:
    reminders.registry.register("training.thanks", SessionThanks())
    kinds.register(
        emails.THANKS,
        kinds.LetterKind(
            label=emails.THANKS_LABEL,
            waits=kinds.Wait.TET,
            optional=True,
            recheck=recheck,
        ),
    )
