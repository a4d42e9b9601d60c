"""The secret address of somebody's own calendar."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


def new_key() -> str:
    """43 letters that nobody guesses."""
    return secrets.token_urlsafe(32)


class CalendarFeed(models.Model):
    """One person's sessions for the calendar program of their phone.

    Programs do not sign in, so whoever knows the address reads it; a new key makes
    the old address worthless.
    """

    person = models.OneToOneField(
        "members.Person",
        on_delete=models.CASCADE,
        related_name="training_calendar",
        verbose_name=_("person"),
    )
    key = models.CharField(max_length=64, unique=True, default=new_key, editable=False)
    renewed_at = models.DateTimeField(_("renewed at"))

    class Meta:
        verbose_name = _("own calendar")
        verbose_name_plural = _("own calendars")

    def __str__(self) -> str:
        return str(self.person)
