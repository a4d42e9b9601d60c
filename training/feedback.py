"""What people thought of a session: who may say so, and what it adds up to."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext_lazy

from content import charts
from training.actions import Refused
from training.attendance import took_attendance
from training.models import Feedback, Registration, TrainingSession

State = Registration.State
BEFORE_END = dt.timedelta(hours=1)
"""The page opens while people still sit together."""
OPEN_FOR = dt.timedelta(days=30)
FEWEST = 3
"""Fewer answers would tell whose they are; until then nobody sees them."""
QUESTIONS = ("useful", "clear", "organised")


class FeedbackRefusal(models.TextChoices):
    """Why somebody cannot give feedback."""

    TOO_EARLY = (
        "too_early",
        gettext_lazy("The session is still going on. Come back when it ends."),
    )
    CLOSED = (
        "closed",
        gettext_lazy("Feedback closed thirty days after the session."),
    )
    NOT_THERE = (
        "not_there",
        gettext_lazy("Feedback is for those who took part in the session."),
    )
    GIVEN = "given", gettext_lazy("You have given your feedback. Thank you!")


def why_not_feedback(
    registration: Registration, *, now: dt.datetime
) -> FeedbackRefusal | None:
    """In `[end - 1 h, end + 30 days)`, once, by those who were there.

    Where nobody kept a list, everybody with a place counts as there.
    """
    session = registration.session
    if session.state != TrainingSession.State.PUBLISHED:
        return FeedbackRefusal.NOT_THERE
    if registration.feedback_given:
        return FeedbackRefusal.GIVEN
    if now < session.ends_at - BEFORE_END:
        return FeedbackRefusal.TOO_EARLY
    if now >= session.ends_at + OPEN_FOR:
        return FeedbackRefusal.CLOSED
    if registration.state != State.CONFIRMED or not _was_there(registration):
        return FeedbackRefusal.NOT_THERE
    return None


def give(
    *, registration_id: int, answers: Mapping[str, object], now: dt.datetime
) -> Feedback:
    """Keep one page of feedback and note that this person has given theirs.

    `answers` holds the fields of `Feedback`. Raises Refused; a page sent twice is
    kept once.
    """
    with transaction.atomic():
        row = (
            Registration.objects.select_for_update(of=("self",), no_key=True)
            .select_related("session")
            .get(pk=registration_id)
        )
        if refusal := why_not_feedback(row, now=now):
            raise Refused(refusal)
        row.feedback_given = True
        row.save(update_fields=["feedback_given"])
        return Feedback.objects.create(session=row.session, **answers)


@dataclass(frozen=True)
class Question:
    """The answers to one question: how many gave each mark, and their mean."""

    label: str
    mean: float
    chart: charts.Chart


@dataclass(frozen=True)
class Results:
    """What a session's feedback adds up to; `questions` is empty for too few."""

    number: int
    questions: list[Question]
    liked: list[str]
    better: list[str]

    @property
    def enough(self) -> bool:
        return self.number >= FEWEST


def results(session: TrainingSession) -> Results:
    """One query; remarks come in an order that means nothing."""
    rows = list(Feedback.objects.filter(session=session))
    if len(rows) < FEWEST:
        return Results(len(rows), [], [], [])
    order = random.Random(session.pk)  # noqa: S311 the same order at each look
    liked = [row.liked for row in rows if row.liked]
    better = [row.better for row in rows if row.better]
    order.shuffle(liked)
    order.shuffle(better)
    questions = [
        _question(name, [getattr(row, name) for row in rows]) for name in QUESTIONS
    ]
    return Results(len(rows), questions, liked, better)


def _question(name: str, marks: list[int]) -> Question:
    points = [
        charts.Point(str(MARKS[mark]), marks.count(mark), len(marks))
        for mark in sorted(MARKS, reverse=True)
    ]
    label = str(Feedback._meta.get_field(name).verbose_name)
    return Question(label, sum(marks) / len(marks), charts.rows(points))


MARKS = {
    5: gettext_lazy("Yes, fully"),
    4: gettext_lazy("Mostly"),
    3: gettext_lazy("Partly"),
    2: gettext_lazy("Hardly"),
    1: gettext_lazy("Not at all"),
}


def _was_there(registration: Registration) -> bool:
    if registration.attendances.exists():
        return True
    return not took_attendance(registration.session)
