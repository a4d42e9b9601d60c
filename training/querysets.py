"""The sets of sessions and sign-ups that we have a word for."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

_FAR = Cast(Value("infinity"), models.DateTimeField())


class SessionQuerySet(models.QuerySet):
    def published(self) -> SessionQuerySet:
        """What the public may see; cancelled sessions stay readable."""
        return self.filter(state__in=["published", "cancelled"])

    def upcoming(self, now: dt.datetime) -> SessionQuerySet:
        """Published and not over yet, the next one first."""
        return self.published().filter(ends_at__gt=now).order_by("starts_at", "id")

    def open_for_registration(self, now: dt.datetime) -> SessionQuerySet:
        """Inside the sign-up window `[opens_at, closes_at)`, full ones included.

        The window also ends when the session starts.
        """
        return self.filter(
            state="published", opens_at__lte=now, closes_at__gt=now, starts_at__gt=now
        )

    def over(self, now: dt.datetime) -> SessionQuerySet:
        """Held already, the last one first; what was cancelled is left out."""
        held = self.filter(state="published", ends_at__lte=now)
        return held.order_by("-starts_at", "-id")

    def with_free_places(self, now: dt.datetime) -> SessionQuerySet:
        """Open, and whoever signs up now gets a place: nobody waits for it already."""
        return self.open_for_registration(now).filter(
            line_length=0, capacity__gt=F("confirmed") + F("offered")
        )

    def open_first(self, now: dt.datetime) -> SessionQuerySet:
        """What can be joined now comes first, then by start."""
        is_open = Q(
            state="published", opens_at__lte=now, closes_at__gt=now, starts_at__gt=now
        )
        return self.order_by(
            Case(
                When(is_open, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            ),
            "starts_at",
            "id",
        )

    def for_rows(self) -> SessionQuerySet:
        """With their kind, without the long text: what a list shows."""
        return self.select_related("kind").defer("description")

    def with_parts(self) -> SessionQuerySet:
        """Adds `has_questions`, `has_points` and `has_materials`.

        So a session that asks nothing, such as one that a crowd waits for, is not asked
        about them again and again (`TrainingSession.rows_of`).
        """
        return self.annotate(
            **{
                f"has_{part}": Exists(rows._base_manager.filter(session=OuterRef("pk")))
                for part, rows in (
                    (name, self.model._meta.get_field(name).related_model)
                    for name in ("questions", "points", "materials")
                )
            }
        )

    def with_pending(self) -> SessionQuerySet:
        """Only sessions with sign-ups to decide on; adds `pending_count`."""
        pending = Count("registrations", filter=Q(registrations__state="pending"))
        return self.annotate(pending_count=pending).filter(pending_count__gt=0)


class RegistrationQuerySet(models.QuerySet):
    def live(self) -> RegistrationQuerySet:
        """Pending, confirmed, waiting or offered: at most one per person."""
        return self.filter(state__in=self.model.LIVE)

    def confirmed(self) -> RegistrationQuerySet:
        return self.filter(state="confirmed")

    def pending(self) -> RegistrationQuerySet:
        """Waiting for a yes or no of the staff, the oldest first."""
        return self.filter(state="pending").order_by("registered_at", "id")

    def waiting(self) -> RegistrationQuerySet:
        """The line in its order."""
        return self.filter(state="waiting").order_by("behind", "place")

    def of(self, person) -> RegistrationQuerySet:
        return self.filter(person=person)

    def to_write_to(self) -> RegistrationQuerySet:
        """With all that a letter needs."""
        return self.select_related("person", "person__user", "session", "point")

    def with_lacks(self) -> RegistrationQuerySet:
        """Adds `lacks`: whether somebody has still something to tell us.

        An answer that the session insists on, a room, or another room because theirs
        was full when they got their place.
        """
        lacks = ExpressionWrapper(self._lacks(), output_field=BooleanField())
        return self.annotate(lacks=Coalesce(lacks, Value(False)))

    def lacking(self) -> RegistrationQuerySet:
        """Only those with `lacks` (see `with_lacks`)."""
        return self.filter(self._lacks())

    def crowded_out(self) -> RegistrationQuerySet:
        """Who got a place in the session when their room was full."""
        return self.filter(self._crowded_out())

    def _lacks(self) -> Q:
        from training.models import Answer, Question, RemotePoint

        told = Answer.objects.filter(
            question=OuterRef("pk"), registration=OuterRef(OuterRef("pk"))
        )
        asked = Question.objects.filter(session=OuterRef("session"), required=True)
        rooms = RemotePoint.objects.filter(session=OuterRef("session"))
        return (
            Q(Exists(asked.filter(~Exists(told))))
            | Q(Exists(rooms), point__isnull=True)
            | self._crowded_out()
        )

    def _crowded_out(self) -> Q:
        """As many as the room holds got their places before."""
        seated = ("confirmed", "offered")
        since = Coalesce(OuterRef("confirmed_at"), _FAR)
        before = (
            self.model.objects.filter(point=OuterRef("point"), state__in=seated)
            .annotate(since=Coalesce("confirmed_at", _FAR))
            .filter(Q(since__lt=since) | Q(since=since, pk__lt=OuterRef("pk")))
            .order_by()
            .values("point")
            .annotate(number=Count("pk"))
            .values("number")
        )
        return Q(
            state__in=seated, point__places__lte=Coalesce(Subquery(before), Value(0))
        )

    def with_people_ahead(self) -> RegistrationQuerySet:
        """Adds `people_ahead`: how many of the line come before one that waits."""
        ahead = (
            self.model.objects.filter(
                Q(behind__lt=OuterRef("behind"))
                | Q(behind=OuterRef("behind"), place__lt=OuterRef("place")),
                session=OuterRef("session"),
                state="waiting",
            )
            .order_by()
            .values("session")
            .annotate(length=Count("pk"))
            .values("length")
        )
        counted = When(state="waiting", then=Coalesce(Subquery(ahead), 0))
        return self.annotate(
            people_ahead=Case(counted, default=0, output_field=IntegerField())
        )


class MarkQuerySet(models.QuerySet):
    def of(self, *, registration_id: int, slot_id: int) -> MarkQuerySet:
        """All that was ever said about one person and half-day, in its order."""
        marks = self.filter(registration=registration_id, slot=slot_id)
        return marks.order_by("scanned_at", "id")

    def open_clashes(self) -> MarkQuerySet:
        """Conflicts that nobody has looked at yet, the newest first."""
        clashes = self.filter(clashes=True, settled_at__isnull=True)
        return clashes.order_by("-received_at", "-id")


class AttendanceQuerySet(models.QuerySet):
    def of_session(self, session_id: int) -> AttendanceQuerySet:
        return self.filter(slot__session=session_id)

    def of(self, person) -> AttendanceQuerySet:
        return self.filter(registration__person=person)


class StaffQuerySet(models.QuerySet):
    def current(self, now: dt.datetime) -> StaffQuerySet:
        """Whose time has not ended: until a day after the session."""
        from training.models.staff import AFTER

        return self.filter(ended_at__isnull=True, session__ends_at__gt=now - AFTER)
