"""Signing up with answers and a room: one transaction around `actions.register`."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from members.models import Person, User
from training import actions, answers, points
from training.answers import Told
from training.models import Registration


def sign_up(
    *,
    session_id: int,
    person: Person,
    told: Told,
    by: User | None,
    now: dt.datetime,
) -> Registration:
    """`actions.register`, and what the person told with it: all of it or nothing.

    Sessions that ask nothing, such as those that a crowd waits for, go the short way.
    A second call gives back the live sign-up and leaves the first answers. Raises
    Refused (also where the room has filled up meanwhile) and Busy.
    """
    who = {"session_id": session_id, "person": person, "by": by, "now": now}
    if not told:
        return actions.register(**who)
    with transaction.atomic():
        registration = actions.register(**who)
        if registration.point_id or registration.answers.exists():
            return registration
        if told.point:
            points.seat(registration, told.point)
        answers.keep(registration, told)
    return registration
