"""The team of the month: chosen by a person from a ranking by a stated rule."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from members.tracking import tracked
from teams import months
from teams.models.team import DigitalTeam


@tracked()
class Recognition(models.Model):
    """One team a month. `place` and `points` say where the rule had put it then."""

    month = models.DateField(_("month"), unique=True)
    team = models.ForeignKey(
        DigitalTeam,
        on_delete=models.PROTECT,
        related_name="recognitions",
        verbose_name=_("digital team"),
    )
    # As it was then: communes merge.
    unit_name = NFCCharField(_("name of the unit then"), max_length=150)
    place = models.PositiveSmallIntegerField(_("place in the ranking"))
    points = models.PositiveSmallIntegerField(_("points"))
    reason = NFCTextField(
        _("what the team did"),
        max_length=600,
        help_text=_("One or two sentences that everybody may read; nobody by name."),
    )
    chosen_at = models.DateTimeField(_("chosen at"))

    class Meta:
        ordering = ["-month"]
        verbose_name = _("team of the month")
        verbose_name_plural = _("teams of the month")
        constraints = [
            models.CheckConstraint(name="recognition_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="recognition_points",
                condition=Q(points__lte=100, place__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {months.text(self.month)}"
