"""Where a team belonged before."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Unit
from teams.models.team import DigitalTeam


class TeamPlace(models.Model):
    """The unit a team belonged to until a day; today's stands in the team itself.

    Figures of past months ask it, so that a merger of units changes none of them.
    """

    team = models.ForeignKey(
        DigitalTeam,
        on_delete=models.CASCADE,
        related_name="places",
        verbose_name=_("digital team"),
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    until = models.DateField(_("until"), help_text=_("The last day there."))

    class Meta:
        ordering = ["team", "until"]
        verbose_name = _("earlier unit of a team")
        verbose_name_plural = _("earlier units of teams")
        constraints = [
            models.UniqueConstraint(fields=["team", "until"], name="team_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.unit}"
