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
    is asked for another one by their letters (asking.py).
    """
    if point.places is None:
        return False
    others = point.registrations.filter(state__in=SEATED).exclude(pk=but)
    return others.count() >= point.places


class Rooms:
    """The free places of a session's rooms while a whole list sits down."""

    def __init__(self, session: TrainingSession) -> None:
        self.left = {
            room.pk: room.places - room.seated
            for room in with_free(session)
            if room.places is not None
        }

    def take(self, room: RemotePoint | None, state: str) -> RemotePoint | None:
        """The room, or None where it has filled up; people in line fill none."""
        if room is None or state not in SEATED or room.pk not in self.left:
            return room
        if self.left[room.pk] < 1:
            return None
        self.left[room.pk] -= 1
        return room


def is_crowded_out(registration: Registration) -> bool:
    """Whether the room was full when they got their place, so that they must move.

    Those who sat there before need not.
    """
    rows = Registration.objects.filter(pk=registration.pk)
    return registration.point_id is not None and rows.crowded_out().exists()


def why_not_choose(
    registration: Registration, *, now: dt.datetime
) -> PointRefusal | None:
    """Whether the room can still be changed; by whoever must, until the start."""
    if registration.state not in Registration.LIVE:
        return PointRefusal.NO_SIGN_UP
    session = registration.session
    if session.state != TrainingSession.State.PUBLISHED:
        return PointRefusal.CLOSED
    if now < session.last_call:
        return None
    must = registration.point_id is None or is_crowded_out(registration)
    return None if must and now < session.starts_at else PointRefusal.CLOSED


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
