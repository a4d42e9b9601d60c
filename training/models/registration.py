"""Who signed up for what, and what became of it."""

from __future__ import annotations

import uuid
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from training.models.group import RegistrationGroup
from training.models.point import RemotePoint
from training.models.quota import UnitQuota
from training.models.session import TrainingSession
from training.querysets import RegistrationQuerySet


class Registration(models.Model):
    """One person's sign-up for one session."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for approval")
        CONFIRMED = "confirmed", _("Confirmed")
        WAITING = "waiting", _("On the waiting list")
        OFFERED = "offered", _("A place is offered")
        CANCELLED = "cancelled", _("Cancelled")
        REJECTED = "rejected", _("Declined")

    LIVE = (State.PENDING, State.CONFIRMED, State.WAITING, State.OFFERED)
    MOVES = {
        State.PENDING: {
            State.CONFIRMED,
            State.WAITING,
            State.REJECTED,
            State.CANCELLED,
        },
        State.CONFIRMED: {State.CANCELLED},
        State.WAITING: {State.CONFIRMED, State.OFFERED, State.CANCELLED},
        State.OFFERED: {State.CONFIRMED, State.WAITING, State.CANCELLED},
        State.CANCELLED: set(),
        State.REJECTED: set(),
    }

    session = models.ForeignKey(
        TrainingSession,
        on_delete=models.PROTECT,
        related_name="registrations",
        verbose_name=_("session"),
        db_index=False,  # registration_list begins with it
    )
    person = models.ForeignKey(
        "members.Person",
        on_delete=models.PROTECT,
        related_name="registrations",
        verbose_name=_("person"),
    )
    # Names the sign-up in calendars and signed links; the row's number stays ours.
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The same person spelled differently: folded e-mail and folded name.
    identity = models.CharField(max_length=400, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State)
    place = models.PositiveIntegerField(
        _("place in line"),
        null=True,
        blank=True,
        help_text=_("Taken from the session's line when waiting began."),
    )
    # Behind all who are not: the memory of people who did not come.
    behind = models.BooleanField(_("behind others"), default=False, editable=False)
    # Whose kept place this is; empty means one of the places for everyone.
    quota = models.ForeignKey(
        UnitQuota,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="registrations",
        verbose_name=_("place kept for"),
    )
    group = models.ForeignKey(
        RegistrationGroup,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="registrations",
        verbose_name=_("on the list of"),
    )
    # The room they chose where a session has several.
    point = models.ForeignKey(
        RemotePoint,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="registrations",
        verbose_name=_("room"),
    )
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("unit"),
    )
    # The unit's name as it was on that day; units merge, lists must stay readable.
    unit_name = NFCCharField(_("unit then"), max_length=150, blank=True)
    # What a unit's list says of the person, in the words of that day.
    position = NFCCharField(_("position"), max_length=80, blank=True)
    note = NFCCharField(_("note"), max_length=200, blank=True)
    registered_at = models.DateTimeField(_("signed up at"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed up by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    # They did not want to be listed; nobody lists them for this session again.
    objected_at = models.DateTimeField(_("objected at"), null=True, blank=True)
    offer_expires_at = models.DateTimeField(_("offer ends"), null=True, blank=True)
    # Why somebody who had a place did not come; what counts is that it came in time.
    excuse = NFCCharField(_("why not there"), max_length=300, blank=True)
    excused_at = models.DateTimeField(null=True, blank=True, editable=False)
    # That they gave feedback, and not which: see Feedback.
    feedback_given = models.BooleanField(default=False, editable=False)
    # The language of the page the person signed up on; the letters follow it.
    language = models.CharField(max_length=10, default="vi", editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["session", "place", "registered_at", "id"]
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        indexes = [
            models.Index(
                fields=["session", "behind", "place"],
                name="registration_line",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["session", "registered_at"], name="registration_list"),
            models.Index(
                fields=["offer_expires_at"],
                name="registration_offers",
                condition=Q(state="offered"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "session"],
                condition=Q(state__in=["pending", "confirmed", "waiting", "offered"]),
                name="registration_live_once",
            ),
            models.UniqueConstraint(
                fields=["identity", "session"],
                condition=Q(state__in=["pending", "confirmed", "waiting", "offered"])
                & ~Q(identity=""),
                name="registration_identity_once",
            ),
            models.UniqueConstraint(
                fields=["session", "place"],
                condition=Q(place__isnull=False, state__in=["waiting", "offered"]),
                name="registration_place_once",
            ),
            models.CheckConstraint(
                name="registration_place_in_line",
                condition=~Q(state__in=["waiting", "offered"]) | Q(place__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_confirmed_time",
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_cancelled_time",
                condition=~Q(state="cancelled") | Q(cancelled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_offer_ends",
                condition=~Q(state="offered") | Q(offer_expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.session}"

    @property
    def answered_by_leader(self) -> bool:
        """Whether one person answers an offer for the whole list."""
        return self.group is not None and self.group.together

    @cached_property
    def lacks(self) -> bool:
        """Asked of the database unless `with_lacks` has done so for many."""
        return Registration.objects.filter(pk=self.pk).lacking().exists()

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE
