"""What people thought of a session, without their names."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCTextField
from training.models.session import TrainingSession

MARKS = [MinValueValidator(1), MaxValueValidator(5)]


class Feedback(models.Model):
    """One filled-in page. Nothing in it leads to whoever filled it in.

    No account, no sign-up, no time, and a key drawn at random, so that not even the
    order of the rows tells. That somebody gave feedback stands in their sign-up
    (`Registration.feedback_given`), without saying which.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(
        TrainingSession,
        on_delete=models.CASCADE,
        related_name="feedback",
        verbose_name=_("session"),
    )
    useful = models.PositiveSmallIntegerField(
        _("I can use what I learned"), validators=MARKS
    )
    clear = models.PositiveSmallIntegerField(
        _("It was explained clearly"), validators=MARKS
    )
    organised = models.PositiveSmallIntegerField(
        _("It was well organised"), validators=MARKS
    )
    liked = NFCTextField(_("What helped you most?"), max_length=1000, blank=True)
    better = NFCTextField(_("What should be better?"), max_length=1000, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints = [
            models.CheckConstraint(
                name=f"feedback_{name}", condition=Q(**{f"{name}__range": (1, 5)})
            )
            for name in ("useful", "clear", "organised")
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.useful}/{self.clear}/{self.organised}"
