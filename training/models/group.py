"""People who were signed up together."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.models.session import TrainingSession


class RegistrationGroup(models.Model):
    """One list that a unit's secretary handed in for one session."""

    session = models.ForeignKey(
        TrainingSession,
        on_delete=models.PROTECT,
        related_name="groups",
        verbose_name=_("session"),
    )
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("unit"),
    )
    # Names the list in addresses; the row's number stays ours.
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    together = models.BooleanField(
        _("all or none"),
        default=False,
        help_text=_("The people come together or not at all; they wait together."),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed in by"),
    )
    made_at = models.DateTimeField(_("handed in at"))

    class Meta:
        ordering = ["session", "made_at", "id"]
        verbose_name = _("list of a unit")
        verbose_name_plural = _("lists of units")

    def __str__(self) -> str:
        return f"{self.unit} · {self.session}"

    @property
    def signature(self) -> str:
        """Who handed the list in and for which unit, for those who are on it."""
        person = self.made_by and self.made_by.person
        return ", ".join(filter(None, [person and person.full_name, str(self.unit)]))
