"""The register of breaches: what happened to personal data, and who was told."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from members.models.account import User
from members.models.person import Person


class Breach(models.Model):
    """One event in which personal data were lost, seen or changed without right.

    Decree 356/2025/NĐ-CP: the authority hears of it within 72 hours of its becoming
    known (`settings.BREACH_HOURS`).
    """

    title = NFCCharField(_("title"), max_length=150)
    what_happened = NFCTextField(_("what happened"))
    happened_from = models.DateTimeField(_("happened from"))
    happened_until = models.DateTimeField(_("until"), null=True, blank=True)
    known_at = models.DateTimeField(
        _("known since"), help_text=_("The clock runs from this moment on.")
    )
    kinds_of_data = NFCTextField(
        _("kinds of data"),
        help_text=_("Such as names, dates of birth, phones; children's data or not."),
    )
    consequences = NFCTextField(_("what may come of it"), blank=True)
    measures = NFCTextField(
        _("measures"), blank=True, help_text=_("What was done, when and by whom.")
    )
    told_authority_at = models.DateTimeField(
        _("authority told at"), null=True, blank=True
    )
    authority_reference = NFCCharField(
        _("authority and reference"), max_length=150, blank=True
    )
    why_late = NFCTextField(_("why later than that"), blank=True)
    others_told = NFCTextField(
        _("who else was told"), blank=True, help_text=_("Whom, when and how.")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    created_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("written down by"),
    )

    class Meta:
        ordering = ["-known_at", "-id"]
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        constraints = [
            models.CheckConstraint(
                name="breach_span",
                condition=Q(happened_until__isnull=True)
                | Q(happened_until__gte=F("happened_from")),
            ),
            models.CheckConstraint(
                name="breach_known_after",
                condition=Q(known_at__gte=F("happened_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tell_by(self) -> dt.datetime:
        """Until when the authority must have heard of it."""
        return self.known_at + dt.timedelta(hours=settings.BREACH_HOURS)

    def left(self, now: dt.datetime) -> dt.timedelta | None:
        """What is left of the time, negative when it is over; None once told."""
        return None if self.told_authority_at else self.tell_by - now


class BreachPerson(models.Model):
    """Somebody whose data the breach touched, and the letter that said so."""

    breach = models.ForeignKey(
        Breach,
        on_delete=models.CASCADE,
        related_name="people",
        verbose_name=_("breach"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
    )
    told_at = models.DateTimeField(_("letter written at"), null=True, blank=True)

    class Meta:
        ordering = ["breach", "person"]
        verbose_name = _("person affected")
        verbose_name_plural = _("people affected")
        constraints = [
            models.UniqueConstraint(
                fields=["breach", "person"], name="breach_person_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.breach}: {self.person}"


class BreachNotice(models.Model):
    """One text to everybody affected who has had none, and how far its letters are."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a free worker")
        WORKING = "working", _("At work")
        DONE = "done", _("Done")

    breach = models.ForeignKey(
        Breach,
        on_delete=models.CASCADE,
        related_name="notices",
        verbose_name=_("breach"),
    )
    words = NFCTextField(_("What people must know"))
    # Of the page that asked: the words are in it.
    language = models.CharField(max_length=10, default="vi", editable=False)
    user = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING
    )
    people = models.PositiveIntegerField(_("people to be told"))
    told = models.PositiveIntegerField(_("people written to"), default=0)
    unreached = models.PositiveIntegerField(_("people without an address"), default=0)
    # The last row of the register that was looked at: there a next worker goes on.
    reached = models.BigIntegerField(default=0, editable=False)
    asked_at = models.DateTimeField(_("asked at"))
    # The last sign of life of a worker; an old one lets another worker go on.
    seen_at = models.DateTimeField(_("seen at"), null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("notice of a breach")
        verbose_name_plural = _("notices of a breach")
        constraints = [
            models.UniqueConstraint(
                fields=["breach"],
                name="breach_notice_one_at_a_time",
                condition=~Q(state="done"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.breach}, {self.asked_at:%d/%m/%Y %H:%M}"

    @property
    def is_unfinished(self) -> bool:
        return self.state != self.State.DONE

    @property
    def looked_at(self) -> int:
        return self.told + self.unreached
