"""Mergers, splits, new names and ends of units that were decided, until their day."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from members.models.account import User
from members.models.person import Person
from members.models.unit import Unit, UnitKind, UnitSuccession


class UnitChange(models.Model):
    """One decision about one unit, or about several that become one.

    The row stays when it is done or called off: it says who planned what, and when.
    What became of the units says `UnitSuccession`.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Waits for its day")
        BLOCKED = "blocked", _("Could not be carried out")
        DONE = "done", _("Carried out")
        CANCELLED = "cancelled", _("Called off")

    OPEN = frozenset({State.PLANNED, State.BLOCKED})

    kind = models.CharField(
        _("kind"), max_length=10, choices=UnitSuccession.Kind.choices
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="changes",
        verbose_name=_("unit"),
    )
    others = models.ManyToManyField(
        Unit, related_name="+", blank=True, verbose_name=_("merged together with")
    )
    date = models.DateField(_("in force from"))
    decision_number = NFCCharField(_("decision number"), max_length=60)
    decided_on = models.DateField(_("date of the decision"))
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.PLANNED
    )
    problem = models.CharField(_("problem"), max_length=250, blank=True)
    planned_at = models.DateTimeField(_("planned at"))
    planned_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("planned by"),
    )
    ended_at = models.DateTimeField(_("carried out or called off at"), null=True)
    ended_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("called off by"),
    )

    class Meta:
        ordering = ["-date", "-id"]
        verbose_name = _("change of units")
        verbose_name_plural = _("changes of units")
        indexes = [
            models.Index(
                fields=["date"],
                name="unit_change_waiting",
                condition=Q(state="planned"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="unit_change_ended",
                condition=Q(state__in=["planned", "blocked"], ended_at__isnull=True)
                | Q(state__in=["done", "cancelled"], ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_kind_display()} ({self.date:%d/%m/%Y})"

    @property
    def olds(self) -> list[Unit]:
        """The units that end."""
        return [self.unit, *self.others.all()]

    def is_due(self, today: dt.date) -> bool:
        return self.state == self.State.PLANNED and self.date <= today


class UnitChangePart(models.Model):
    """A unit that follows: one that exists, or one to be made on that day."""

    change = models.ForeignKey(
        UnitChange,
        on_delete=models.CASCADE,
        related_name="parts",
        verbose_name=_("change"),
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    name = NFCCharField(_("name"), max_length=150, blank=True)
    short_name = NFCCharField(_("short name"), max_length=80, blank=True)
    official_code = models.CharField(_("official code"), max_length=20, blank=True)
    kind = models.ForeignKey(
        UnitKind,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kind"),
    )
    parent = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit above"),
    )
    takes_rest = models.BooleanField(_("takes what nobody has placed"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["change", "order", "id"]
        verbose_name = _("unit that follows")
        verbose_name_plural = _("units that follow")
        constraints = [
            models.CheckConstraint(
                name="unit_change_part_is_somebody",
                condition=Q(unit__isnull=False) | ~Q(name=""),
            ),
            models.UniqueConstraint(
                fields=["change"],
                condition=Q(takes_rest=True),
                name="unit_change_one_rest",
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit) if self.unit_id else self.short_name or self.name


class UnitChangePlace(models.Model):
    """In a split: to which part a unit below or a person goes."""

    part = models.ForeignKey(
        UnitChangePart,
        on_delete=models.CASCADE,
        related_name="places",
        verbose_name=_("unit that follows"),
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit below"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )

    class Meta:
        ordering = ["part", "id"]
        verbose_name = _("place in a split")
        verbose_name_plural = _("places in splits")
        constraints = [
            models.CheckConstraint(
                name="unit_change_place_of_one",
                condition=Q(unit__isnull=True, person__isnull=False)
                | Q(unit__isnull=False, person__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["part", "unit"], name="unit_change_place_unit_once"
            ),
            models.UniqueConstraint(
                fields=["part", "person"], name="unit_change_place_person_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit or self.person} → {self.part}"
