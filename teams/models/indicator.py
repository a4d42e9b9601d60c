"""What teams report each month: rows and not code, as no form of the state says it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.fields import NFCCharField
from members.tracking import tracked
from teams.querysets import IndicatorQuerySet


@tracked()
class Indicator(models.Model):
    """One line of the monthly report."""

    class Measure(models.TextChoices):
        """What is counted. Two of these are never added up (`teams.sums`)."""

        TURNS = "turns", pgettext_lazy("unit of measure", "turns")
        PEOPLE = "people", pgettext_lazy("unit of measure", "people")
        HOUSEHOLDS = "households", pgettext_lazy("unit of measure", "households")
        COUNT = "count", pgettext_lazy("unit of measure", "pieces")
        YES_NO = "yes-no", pgettext_lazy("unit of measure", "yes or no")
        TEXT = "text", pgettext_lazy("unit of measure", "text")

    NUMBERS = (Measure.TURNS, Measure.PEOPLE, Measure.HOUSEHOLDS, Measure.COUNT)

    code = models.CharField(
        _("code"),
        max_length=10,
        unique=True,
        help_text=_("Short and lasting, such as I01; columns of exports carry it."),
    )
    name = NFCCharField(_("name"), max_length=200)
    hint = NFCCharField(
        _("hint"),
        max_length=200,
        blank=True,
        help_text=_("One line below the field: what counts, and what does not."),
    )
    measure = models.CharField(_("unit of measure"), max_length=12, choices=Measure)
    is_level = models.BooleanField(
        _("state at the end of the month"),
        default=False,
        help_text=_(
            "Such as “members trained this year”: the figures of several months are "
            "never added up, the latest one counts."
        ),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active_from = models.DateField(
        _("first month"),
        null=True,
        blank=True,
        help_text=_("Empty: from the beginning. Any day of the month will do."),
    )
    active_to = models.DateField(
        _("last month"),
        null=True,
        blank=True,
        help_text=_("What was reported before stays readable."),
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.CheckConstraint(
                name="indicator_active_span",
                condition=Q(active_from__isnull=True)
                | Q(active_to__isnull=True)
                | Q(active_to__gte=F("active_from")),
            ),
            models.CheckConstraint(
                name="indicator_first_days",
                condition=(Q(active_from__isnull=True) | Q(active_from__day=1))
                & (Q(active_to__isnull=True) | Q(active_to__day=1)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_number(self) -> bool:
        return self.measure in self.NUMBERS

    def asks_in(self, month: dt.date) -> bool:
        """The report of that month has this line."""
        begun = self.active_from is None or self.active_from <= month
        return begun and (self.active_to is None or self.active_to >= month)
