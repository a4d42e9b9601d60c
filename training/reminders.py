"""Reminders before a session, at its own leads; what is due is asked, not stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext

from content.prepared import Rows, prepared
from mail import kinds, reminders
from mail.reminders import Draft
from training import emails
from training.facts import facts_for, facts_of, may_be_asked
from training.models import Registration, TrainingSession

State = Registration.State


class SessionReminders:
    """Confirmed people of published sessions that lie ahead, once per lead.

    Nobody is reminded of what they were told at or after the reminder's own time: of
    their place by the confirmation, of new times by the change letter.
    """

    kind = emails.REMINDER

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        ahead = TrainingSession.objects.filter(state="published", starts_at__gt=now)
        for session in ahead.defer("description"):
            leads = [dt.timedelta(hours=hours) for hours in session.reminder_leads]
            lead = reminders.latest_lead(start=session.starts_at, leads=leads, now=now)
            if lead is not None:
                yield from _drafts(session, lead, now)


def due_registrations(
    session: TrainingSession, lead: dt.timedelta, *, asking: bool = False
) -> Rows:
    """Whose reminder is not written yet, in one query; `asking`: with `lacks`."""
    start = session.starts_at
    return (_due_and_asked if asking else _due)(
        session.pk, reminders.send_at(start, lead), *reminders.ends(lead, start)
    )


# Prepared, and with the columns that a letter needs and no others: each session ahead
# is asked about each minute, and what is read of 80,000 people adds up.
@prepared
def _due(session_id: int, send_at: dt.datetime, after: str, before: str) -> QuerySet:
    told_at = Greatest(F("registered_at"), F("confirmed_at"), F("session__moved_at"))
    return (
        Registration.objects.filter(session_id=session_id)
        .confirmed()
        .alias(told_at=told_at)
        .filter(told_at__lt=send_at)
        .exclude(reminders.reminded_between(emails.REMINDER, after, before))
        .select_related("person", "person__user", "point")
        .only(
            *("session_id", "code", "state", "language", "offer_expires_at"),
            *("person__full_name", "person__email", "person__user__email"),
            *("point__name", "point__address", "point__contact"),
        )
        .order_by("id")
    )


@prepared
def _due_and_asked(
    session_id: int, send_at: dt.datetime, after: str, before: str
) -> QuerySet:
    return _due.queryset(session_id, send_at, after, before).with_lacks()


def recheck(letter, now: dt.datetime) -> kinds.Verdict:
    """Asked just before a reminder leaves.

    Dropped: the place is gone, the session is off, has begun, or was moved so far
    that the new start has reminders of its own. Other changes are told anew.
    """
    registration = (
        Registration.objects.to_write_to()
        .filter(pk=letter.about_id, state=State.CONFIRMED)
        .first()
    )
    if registration is None:
        return kinds.Drop(gettext("The person has no place any more."))
    session = registration.session
    if session.state != TrainingSession.State.PUBLISHED:
        return kinds.Drop(gettext("The session was cancelled."))
    if now >= session.starts_at:
        return kinds.Drop(gettext("The session has started."))
    start = _start_in(letter.dedupe_key)
    if not reminders.is_same_start(start, session.starts_at):
        return kinds.Drop(gettext("The session was moved."))
    facts = facts_for(registration, now=now)
    if letter.fingerprint == facts.fingerprint:
        return kinds.KEEP
    return kinds.Renew(
        content=emails.reminder_content(facts, registration),
        fingerprint=facts.fingerprint,
    )


def _drafts(
    session: TrainingSession, lead: dt.timedelta, now: dt.datetime
) -> Iterator[Draft]:
    due = due_registrations(session, lead, asking=may_be_asked(session, now=now))
    base = facts_of(session, now=now)
    for registration in due:
        registration.session = session
        facts = facts_for(registration, now=now, base=base)
        address = emails.address_of(registration)
        if not address:
            continue
        yield Draft(
            kind=emails.REMINDER,
            address=address,
            content=emails.reminder_content(facts, registration),
            recipient=registration.person_id,
            about=(emails.ABOUT, registration.pk),
            dedupe_key=reminders.key(
                emails.REMINDER, registration.pk, lead, session.starts_at
            ),
            not_after=session.starts_at - lead / 2,
            fingerprint=facts.fingerprint,
            language=registration.language,
        )


def _start_in(key: str) -> dt.datetime:
    """The start that `mail.reminders.key` wrote down."""
    return dt.datetime.strptime(key.rpartition(":")[2] + "+0000", "%Y%m%d%H%M%z")


def register_source() -> None:
    reminders.registry.register("training", SessionReminders())
    kinds.register(
        emails.REMINDER,
        kinds.LetterKind(
            label=emails.REMINDER_LABEL,
            waits=kinds.Wait.MORNING,
            optional=True,
            recheck=recheck,
        ),
    )
