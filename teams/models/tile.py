"""Where a commune stands on the map of tiles."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Unit

MOST_ROWS, MOST_COLUMNS = 20, 8
"""Eight columns are what a phone shows legibly."""


class CommuneTile(models.Model):
    """A place on the map, roughly where the commune lies: neighbours side by side.

    Communes without one come after the map in the order of their names.
    """

    unit = models.OneToOneField(
        Unit,
        on_delete=models.CASCADE,
        related_name="tile",
        verbose_name=_("commune"),
    )
    row = models.PositiveSmallIntegerField(
        _("row from the north"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_ROWS)],
    )
    column = models.PositiveSmallIntegerField(
        _("column from the west"),
        validators=[MinValueValidator(1), MaxValueValidator(MOST_COLUMNS)],
    )

    class Meta:
        ordering = ["row", "column"]
        verbose_name = _("place on the map of tiles")
        verbose_name_plural = _("places on the map of tiles")
        constraints = [
            models.UniqueConstraint(fields=["row", "column"], name="tile_once"),
            models.CheckConstraint(
                name="tile_on_map",
                condition=models.Q(row__range=(1, MOST_ROWS))
                & models.Q(column__range=(1, MOST_COLUMNS)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.row}/{self.column}"
