"""Somebody whom a unit's secretary proposes for a team."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCTextField
from members.models import Person
from teams.models.member import TeamMember
from teams.models.team import DigitalTeam


class Nomination(models.Model):
    """A member proposed for a team that has nobody of the Union; the commune decides.

    Who proposed and who decided, when and why, stands in the row; nothing of it is
    overwritten. Proposing once more after a return is another row.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for the commune")
        CONFIRMED = "confirmed", _("Confirmed")
        RETURNED = "returned", _("Sent back")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    MOVES = {
        State.PROPOSED: {State.CONFIRMED, State.RETURNED, State.WITHDRAWN},
        State.CONFIRMED: set(),
        State.RETURNED: set(),
        State.WITHDRAWN: set(),
    }

    team = models.ForeignKey(
        DigitalTeam,
        on_delete=models.CASCADE,
        related_name="nominations",
        verbose_name=_("digital team"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="team_nominations",
        verbose_name=_("person"),
    )
    role = models.CharField(
        _("role"),
        max_length=10,
        choices=TeamMember.Role,
        default=TeamMember.Role.MEMBER,
    )
    # The asker has seen that the person has the same role in another team.
    in_both = models.BooleanField(_("in both teams"), default=False)
    note = NFCTextField(
        _("why this person"), max_length=600, blank=True, help_text=_("One sentence.")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    reason = NFCTextField(_("reason"), max_length=600, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations for teams")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"],
                condition=Q(state="proposed"),
                name="nomination_open_once",
            ),
            models.CheckConstraint(
                name="nomination_decided",
                condition=Q(state="proposed", decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="nomination_returned_with_reason",
                condition=~Q(state="returned") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.team}"
