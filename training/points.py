"""Which room somebody sits in; changeable until sign-up closes."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from members.models import User
from training.locks import Refused, registration_locked
from training.models import Registration, RemotePoint, TrainingSession

State = Registration.State
SEATED = (State.CONFIRMED, State.OFFERED)


class PointRefusal(models.TextChoices):
    """Why somebody cannot sit there."""

    FULL = "full", _("This room is full by now. Choose another one.")
    GONE = "gone", _("This room is not there any more. Choose another one.")
    CLOSED = (
        "closed",
        _("Sign-up has closed, so the room stays. Ask the host unit to change it."),
    )
    NO_SIGN_UP = "no_sign_up", _("This sign-up is cancelled.")


def with_free(session: TrainingSession) -> QuerySet[RemotePoint]:
    """The rooms of a session; adds `seated`, the people with a place who chose it."""
    seated = Count("registrations", filter=Q(registrations__state__in=SEATED))
    return session.points.annotate(seated=seated).order_by("order", "id")


def is_full(point: RemotePoint, *, but: int | None = None) -> bool:
    """Whether as many people with a place chose the room as it holds.

    People in line do not count: whether they come is open, and a place in the session
    is given in the order of the line, never by rooms. Whoever moves up into a full room
    is told so on the page of their sign-up and chooses another.
    """
    if point.places is None:
        return False
    others = point.registrations.filter(state__in=SEATED).exclude(pk=but)
    return others.count() >= point.places


def is_overfull(point: RemotePoint) -> bool:
    """Whether more people with a place chose the room than it holds."""
    if point.places is None:
        return False
    return point.registrations.filter(state__in=SEATED).count() > point.places


def why_not_choose(
    registration: Registration, *, now: dt.datetime
) -> PointRefusal | None:
    """Whether the room can still be changed."""
    if registration.state not in Registration.LIVE:
        return PointRefusal.NO_SIGN_UP
    session = registration.session
    if session.state != TrainingSession.State.PUBLISHED or not now < session.last_call:
        return PointRefusal.CLOSED
    return None


def seat(registration: Registration, point: RemotePoint) -> None:
    """Put somebody into a room. Call it with the session locked. Raises Refused."""
    if registration.point_id == point.pk:
        return
    if registration.state in SEATED and is_full(point, but=registration.pk):
        raise Refused(PointRefusal.FULL)
    registration.point = point
    registration.save(update_fields=["point", "updated_at"])


def choose(
    *, registration_id: int, point_id: int, by: User | None, now: dt.datetime
) -> Registration:
    """Change the room until sign-up closes. Raises Refused and Busy."""
    with registration_locked(registration_id) as registration:
        if refusal := why_not_choose(registration, now=now):
            raise Refused(refusal)
        point = registration.session.points.filter(pk=point_id).first()
        if point is None:
            raise Refused(PointRefusal.GONE)
        seat(registration, point)
    return registration
