"""Letters that invite somebody into a role."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCEmailField
from members.models.account import Role, User
from members.models.unit import Unit
from members.querysets import RoleInvitationQuerySet


class RoleInvitation(models.Model):
    """A role offered to whoever proves to read letters at this address.

    The row tells who invited, when, and what became of it; the role itself has a
    history of its own.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        REVOKED = "revoked", _("Taken back")
        EXPIRED = "expired", _("Too old")

    email = NFCEmailField(_("email"))
    role = models.CharField(_("role"), max_length=30, choices=Role)
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="role_invitations",
        verbose_name=_("unit"),
    )
    ends_on = models.DateField(
        _("role ends on"),
        null=True,
        blank=True,
        help_text=_("The last day of the role; empty for no end."),
    )
    # Only a digest: whoever reads the database cannot accept in somebody's name.
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_at = models.DateTimeField(_("letter of"))
    invited_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    expires_at = models.DateTimeField(_("link valid until"))
    letters = models.PositiveSmallIntegerField(_("letters sent"), default=1)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    revoked_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = RoleInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-id"]
        verbose_name = _("invitation into a role")
        verbose_name_plural = _("invitations into roles")
        constraints = [
            models.UniqueConstraint(
                fields=["email", "role", "unit"],
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="role_invitation_open_once",
            ),
            models.CheckConstraint(
                name="role_invitation_one_end",
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="role_invitation_span",
                condition=Q(expires_at__gt=F("invited_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()} ({self.unit})"

    def state(self, now: dt.datetime) -> State:
        """What the link is good for at that moment."""
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.OPEN if now < self.expires_at else self.State.EXPIRED
