"""Who helps at one session and nowhere else."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from training.models.session import TrainingSession
from training.querysets import StaffQuerySet

AFTER = dt.timedelta(days=1)
"""How long after the session a helper still gets at its desk."""


class SessionStaff(models.Model):
    """One account that sees the desk of one session, until a day after its end.

    The end is not stored: it moves along when the session moves.
    """

    class Role(models.TextChoices):
        HELPER = "helper", _("Helper")
        INSTRUCTOR = "instructor", _("Instructor")

    session = models.ForeignKey(
        TrainingSession,
        on_delete=models.CASCADE,
        related_name="staff",
        verbose_name=_("session"),
        db_index=False,  # staff_once begins with it
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="training_desks",
        verbose_name=_("account"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.HELPER)
    invited_at = models.DateTimeField(_("invited at"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["session", "role", "id"]
        verbose_name = _("helper of a session")
        verbose_name_plural = _("helpers of sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"],
                condition=Q(ended_at__isnull=True),
                name="staff_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def until(self) -> dt.datetime:
        """The first moment at which the desk is closed to this account."""
        return self.ended_at or self.session.ends_at + AFTER
