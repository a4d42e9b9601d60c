"""Units of the Union, their places in the tree and what became of them."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode

from content.fields import NFCCharField
from members.fields import DerivedCharField
from members.querysets import (
    UnitQuerySet,
)
from members.tracking import tracked
from vietnam.fold import fold


class UnitKind(models.Model):
    """What sort of unit; a row and not code, because the Union renames its levels."""

    class Family(models.TextChoices):
        UNION = "union", _("Youth Union")
        ASSOCIATION = "association", _("Youth Federation")
        STUDENTS = "students", _("Students' Association")
        PIONEERS = "pioneers", _("Young Pioneers")

    code = models.SlugField(_("code"), unique=True)
    name = NFCCharField(_("name"), max_length=100)
    family = models.CharField(
        _("family"), max_length=20, choices=Family, default=Family.UNION
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_village = models.BooleanField(
        _("a village or residential group"),
        default=False,
        help_text=_("Each unit of this kind is counted as a village."),
    )

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("kind of unit")
        verbose_name_plural = _("kinds of unit")

    def __str__(self) -> str:
        return self.name


@tracked()
class Unit(TreeNode):
    """A unit of the Union at any depth of the tree."""

    kind = models.ForeignKey(
        UnitKind, on_delete=models.PROTECT, verbose_name=_("kind"), related_name="units"
    )
    name = NFCCharField(_("name"), max_length=150)
    short_name = NFCCharField(_("short name"), max_length=80, blank=True)
    official_code = models.CharField(
        _("official code"),
        max_length=20,
        blank=True,
        help_text=_("The state's code of the commune; not a stable identity."),
    )
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    folded_name = DerivedCharField(
        max_length=300, derive=lambda unit: fold(f"{unit.name} {unit.short_name}")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(
        _("valid to"), null=True, blank=True, help_text=_("The last day of the unit.")
    )

    objects = UnitQuerySet.as_manager(with_tree_fields=False)

    class Meta:
        ordering = ["folded_name", "id"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.CheckConstraint(
                name="unit_valid_span",
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="unit_not_own_parent", condition=~Q(parent=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def is_current(self, on: dt.date) -> bool:
        """Whether the unit exists on that day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and not self.has_ended(on)

    def has_ended(self, on: dt.date) -> bool:
        """Whether its last day lies before that day."""
        return self.valid_to is not None and self.valid_to < on


class UnitPlace(models.Model):
    """What a unit hung below until a day; where it hangs today it says itself.

    Figures of past months are asked by the tree of that time. `members.actions`
    writes it wherever it changes a parent.
    """

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="places", verbose_name=_("unit")
    )
    parent = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("unit above"),
    )
    until = models.DateField(_("until"), help_text=_("The last day there."))

    class Meta:
        ordering = ["unit", "until"]
        verbose_name = _("earlier place of a unit")
        verbose_name_plural = _("earlier places of units")
        constraints = [
            models.UniqueConstraint(fields=["unit", "until"], name="unit_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.parent}"


@tracked()
class UnitSuccession(models.Model):
    """What became of a unit: old, new, since when and by which decision."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("Merged into")
        SPLIT = "split", _("Split into")
        RENAME = "rename", _("Renamed to")
        DISSOLVE = "dissolve", _("Dissolved")

    old = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="successions",
        verbose_name=_("old unit"),
    )
    new = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="predecessions",
        verbose_name=_("new unit"),
        null=True,
        blank=True,
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    date = models.DateField(_("date"))
    decision_number = NFCCharField(_("decision number"), max_length=60, blank=True)

    class Meta:
        ordering = ["-date", "old"]
        verbose_name = _("succession of a unit")
        verbose_name_plural = _("successions of units")
        constraints = [
            models.UniqueConstraint(
                fields=["old", "new"],
                name="succession_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="succession_target",
                condition=Q(kind="dissolve", new__isnull=True)
                | (~Q(kind="dissolve") & Q(new__isnull=False)),
            ),
            models.CheckConstraint(
                name="succession_not_itself",
                condition=Q(new__isnull=True) | ~Q(new=F("old")),
            ),
        ]

    def __str__(self) -> str:
        if self.new is None:
            return f"{self.old}: {self.get_kind_display()}"
        return f"{self.old} → {self.new}"
