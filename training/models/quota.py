"""Places of a session that are kept for units."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.tracking import tracked
from training.models.session import TrainingSession


@tracked(without=["taken"])
class UnitQuota(models.Model):
    """Places kept for one unit and all units below it, until they are released.

    `taken` counts the confirmed and offered sign-ups that sit on these places; it
    changes in the same transaction as they do (actions.py, nowhere else) and under
    the session's lock. A quota that shrinks hands those above it over to the places
    for everyone, so it never holds more than its number.
    """

    session = models.ForeignKey(
        TrainingSession,
        on_delete=models.CASCADE,
        related_name="quotas",
        verbose_name=_("session"),
        db_index=False,  # quota_once begins with it
    )
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("unit"),
    )
    seats = models.PositiveIntegerField(
        _("places kept"), validators=[MinValueValidator(1)]
    )
    at_most = models.BooleanField(
        _("no more than these"),
        default=False,
        help_text=_(
            "Until they are released, people of the unit get no other places either."
        ),
    )
    release_at = models.DateTimeField(
        _("unused places open to everyone from"),
        null=True,
        blank=True,
        help_text=_("Empty: when sign-up closes."),
    )
    taken = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["session", "unit"]
        verbose_name = _("places of a unit")
        verbose_name_plural = _("places of units")
        constraints = [
            models.UniqueConstraint(fields=["session", "unit"], name="quota_once"),
            models.CheckConstraint(
                name="quota_seats",
                condition=Q(taken__lte=F("seats")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.seats}"

    def clean(self) -> None:
        late = self.release_at and self.release_at > self.session.closes_at
        if late:
            text = _("Unused places must open before sign-up closes.")
            raise ValidationError({"release_at": text})

    def is_released(self, now: dt.datetime) -> bool:
        """Whether what is unused belongs to everyone, from `release_at` on."""
        return now >= self.opens_up_at

    @property
    def opens_up_at(self) -> dt.datetime:
        """When what is unused opens to everyone: the end of sign-up at the latest."""
        closes_at = self.session.closes_at
        return min(self.release_at, closes_at) if self.release_at else closes_at

    @property
    def seats_left(self) -> int:
        return max(0, self.seats - self.taken)
