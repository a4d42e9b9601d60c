"""What signs in, and what it may do in which unit."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from members.fields import SignInEmailField
from members.managers import UserManager
from members.models.person import Person
from members.models.unit import Unit
from members.querysets import (
    AssignmentQuerySet,
    SignInCardQuerySet,
)
from members.tracking import tracked


class User(AbstractBaseUser, PermissionsMixin):
    """Credentials, nothing else: an e-mail address that signs in.

    Without an address for those who enter by a card from their secretary.
    """

    email = SignInEmailField(_("email"), unique=True, null=True, blank=True)
    person = models.OneToOneField(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="user",
        verbose_name=_("person"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(
        _("enters the admin"),
        default=False,
        editable=False,
        help_text=_("Follows from the roles; see members.actions."),
    )
    date_joined = models.DateTimeField(_("joined at"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta:
        ordering = ["email"]
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            models.CheckConstraint(
                name="user_email_or_null", condition=~Q(email="") | Q(email=None)
            ),
        ]

    @property
    def display_name(self) -> str:
        """How pages and letters name the account: the person's name where known."""
        return self.person.full_name if self.person else str(self)

    def __str__(self) -> str:
        """Never None: the admin and allauth's messages print it."""
        return self.email or (self.person and self.person.full_name) or f"#{self.pk}"


class Role(models.TextChoices):
    """What an account may do in its part of the unit tree (DESIGN section 5)."""

    PROVINCE_ADMIN = "province_admin", _("Province admin")
    EDITOR = "editor", _("Editor")
    PUBLISHER = "publisher", _("Publisher")
    TRAINING_ORGANISER = "training_organiser", _("Training organiser")
    HELPER = "helper", _("Session helper")
    INSTRUCTOR = "instructor", _("Instructor")
    TEAM_COORDINATOR = "team_coordinator", _("Team coordinator")
    CONTEST_ORGANISER = "contest_organiser", _("Contest organiser")
    UNIT_SECRETARY = "unit_secretary", _("Unit secretary")
    TEAM_LEADER = "team_leader", _("Team leader")
    JUDGE = "judge", _("Judge")


@tracked()
class Assignment(models.Model):
    """A role of an account in a unit; it covers the unit's whole subtree."""

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="assignments",
        verbose_name=_("account"),
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("unit"),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(
        _("to"), null=True, blank=True, help_text=_("The last day of the role.")
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["user", "role"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit", "starts_on"],
                name="assignment_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="assignment_span",
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} ({self.unit})"


class SignInCard(models.Model):
    """A card with a code from the unit's secretary, for somebody without e-mail.

    The row stays when the card has ended: it says who gave whom access, and when.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for its first use")
        USED = "used", _("Used")
        EXPIRED = "expired", _("Too old")
        ENDED = "ended", _("Ended")

    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="cards",
        verbose_name=_("person"),
    )
    # Only a digest: whoever reads the database cannot enter as anybody.
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    expires_at = models.DateTimeField(_("to be used before"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    # Of the browser that used it, so that a second click there is no second use.
    browser_hash = models.CharField(max_length=64, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = SignInCardQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        verbose_name = _("sign-in card")
        verbose_name_plural = _("sign-in cards")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                name="card_one_a_person",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="card_span", condition=Q(expires_at__gt=F("issued_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.issued_at:%d/%m/%Y})"

    def state(self, now: dt.datetime) -> State:
        """What the card is good for at that moment."""
        if self.ended_at:
            return self.State.ENDED
        if self.used_at:
            return self.State.USED
        return self.State.OPEN if now < self.expires_at else self.State.EXPIRED
