"""Who has earned a certificate of a session, and asking for all of them at once.

How certificates are numbered, printed and checked is in certificates/.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override

from certificates import batches
from certificates.facts import Entry, Facts
from certificates.models import Certificate, CertificateBatch, Kind
from members.models import User
from training.actions import Refused
from training.attendance import Share, shares_attended
from training.models import Registration, Slot, TrainingSession
from vietnam.dates import local_day


class CertifyRefusal(models.TextChoices):
    """Why no certificates are issued for a session."""

    NONE = (
        "none",
        _("This session gives no certificates. Set the share of half-days first."),
    )
    NOT_OVER = "not_over", _("The session is not over yet.")
    OFF = "off", _("The session did not take place.")
    NOBODY = (
        "nobody",
        _("Nobody has earned one yet. Has the attendance been taken?"),
    )


class Missing(models.TextChoices):
    """What somebody with a place lacks for a certificate."""

    SHARE = "share", _("too few half-days")
    FEEDBACK = "feedback", _("no feedback yet")


@dataclass(frozen=True)
class Line:
    """One person with a place: how much they came to, and what follows."""

    registration: Registration
    share: Share
    missing: Missing | None
    certificate: Certificate | None


def about(session: TrainingSession) -> str:
    return f"training.session:{session.pk}"


def lines(session: TrainingSession) -> list[Line]:
    """Everybody with a place, by given name; a handful of queries."""
    shares = shares_attended(session)
    none = Share(came=0, slots=Slot.objects.filter(session=session).count())
    issued = Certificate.objects.about(about(session), Kind.TRAINING).valid()
    by_person = {row.person_id: row for row in issued}
    rows = Registration.objects.filter(session=session).confirmed()
    found = []
    for row in rows.select_related("person").order_by("person__sort_name", "pk"):
        share = shares.get(row.pk, none)
        missing = _missing(session, row, share)
        found.append(Line(row, share, missing, by_person.get(row.person_id)))
    return found


def why_not_certify(
    session: TrainingSession, earned: list[Line], *, now: dt.datetime
) -> CertifyRefusal | None:
    if session.state != TrainingSession.State.PUBLISHED:
        return CertifyRefusal.OFF
    if session.certificate_share is None:
        return CertifyRefusal.NONE
    if now < session.ends_at:
        return CertifyRefusal.NOT_OVER
    return None if earned else CertifyRefusal.NOBODY


def certify(
    *, session: TrainingSession, by: User, now: dt.datetime
) -> CertificateBatch:
    """Certificates for everybody who has earned one; raises Refused.

    In the order of given names, as the register has them. Whoever has a valid one
    keeps it, so asking again after a late mark adds the missing ones only.
    """
    earned = [line for line in lines(session) if line.missing is None]
    if refusal := why_not_certify(session, earned, now=now):
        raise Refused(refusal)
    entries = [Entry(person=line.registration.person) for line in earned]
    return batches.start(
        facts=facts_of(session, now=now), entries=entries, by=by, now=now
    )


def facts_of(session: TrainingSession, *, now: dt.datetime) -> Facts:
    slots = list(session.slots.order_by("starts_at"))
    return Facts(
        about=about(session),
        kind=Kind.TRAINING,
        unit=session.unit,
        course=session.title,
        starts_on=local_day(session.starts_at),
        ends_on=local_day(session.ends_at),
        dated=local_day(now),
        extent=_extent(slots),
        venue=session.venue,
    )


def _extent(slots: list[Slot]) -> str:
    """ "2 buổi (7,5 giờ)"; the paper is Vietnamese, whoever presses the button."""
    seconds = sum((slot.ends_at - slot.starts_at).total_seconds() for slot in slots)
    hours = f"{seconds / 3600:.1f}".removesuffix(".0").replace(".", ",")
    with override("vi"):
        text = ngettext(
            "%(slots)d half-day (%(hours)s hours)",
            "%(slots)d half-days (%(hours)s hours)",
            len(slots),
        )
        return text % {"slots": len(slots), "hours": hours}


def _missing(
    session: TrainingSession, registration: Registration, share: Share
) -> Missing | None:
    if session.certificate_share is None or not share.reaches(
        session.certificate_share
    ):
        return Missing.SHARE
    if session.certificate_needs_feedback and not registration.feedback_given:
        return Missing.FEEDBACK
    return None
