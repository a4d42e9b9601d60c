"""What a session still asks of somebody whom others signed up, or who lost a room.

Whoever signs up themselves answers then and there. Somebody on a unit's list, or who
was named for another's place, is asked afterwards: by a link in their letters, or on
the page of their sign-up. So is whoever moved up from the line into a room that is
full by now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import User
from training import answers, points
from training.answers import Told
from training.forms import AsksOfSession
from training.locks import Refused, registration_locked
from training.models import Answer, Question, Registration, TrainingSession


class AskedRefusal(models.TextChoices):
    """Why there is nothing to tell any more."""

    GONE = "gone", _("This sign-up is cancelled. There is nothing to answer.")
    OFF = "off", _("This session will not take place. You need not do anything.")
    STARTED = "started", _("The session has started. Tell the organisers on the spot.")


def why_not_tell(
    registration: Registration, *, now: dt.datetime
) -> AskedRefusal | None:
    """What is missing is taken until the session starts."""
    session = registration.session
    if session.state != TrainingSession.State.PUBLISHED:
        return AskedRefusal.OFF
    if registration.state not in Registration.LIVE:
        return AskedRefusal.GONE
    return AskedRefusal.STARTED if now >= session.starts_at else None


def open_questions(registration: Registration) -> list[Question]:
    """What was not answered yet, also where an answer is not insisted on."""
    told = set(registration.answers.values_list("question", flat=True))
    asked = registration.session.rows_of("questions")
    return [question for question in asked if question.pk not in told]


def needs_room(registration: Registration) -> bool:
    """No room yet, or one that was full when they got their place."""
    if registration.point_id:
        return points.is_crowded_out(registration)
    return registration.session.points.exists()


class AskedForm(AsksOfSession, forms.Form):
    """The open questions, and the room where one must be chosen."""

    def __init__(self, *args, registration: Registration, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.questions = open_questions(registration)
        self.rooms = needs_room(registration)
        self.ask(registration.session)


def tell(
    *, registration_id: int, told: Told, by: User | None, now: dt.datetime
) -> Registration:
    """Keep what is new; what was answered before stays. Raises Refused and Busy."""
    with registration_locked(registration_id) as registration:
        if refusal := why_not_tell(registration, now=now):
            raise Refused(refusal)
        if told.point and needs_room(registration):
            points.seat(registration, told.point)
        answers.keep(registration, Told(answers=_new(registration, told.answers)))
    return registration


def _new(registration: Registration, pairs: Iterable[tuple]) -> list[tuple]:
    told = Answer.objects.filter(registration=registration)
    known = set(told.values_list("question", flat=True))
    return [pair for pair in pairs if pair[0].pk not in known]
