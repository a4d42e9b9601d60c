"""The half-days of a session."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from training.models.session import TrainingSession


class Slot(models.Model):
    """One half-day (buổi) of a session."""

    session = models.ForeignKey(
        TrainingSession,
        on_delete=models.CASCADE,
        related_name="slots",
        verbose_name=_("session"),
    )
    title = NFCCharField(_("title"), max_length=120, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("half-day")
        verbose_name_plural = _("half-days")
        constraints = [
            models.CheckConstraint(
                name="slot_span", condition=Q(starts_at__lt=F("ends_at"))
            ),
            models.UniqueConstraint(fields=["session", "starts_at"], name="slot_once"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.starts_at)
