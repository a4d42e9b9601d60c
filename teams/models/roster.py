"""A long list that a worker brings in while its sender waits."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RosterRun(models.Model):
    """How far a list is that somebody told the portal to carry out.

    Of what stands in the list itself, only the file knows, and it goes when the run
    ends.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a free worker")
        WORKING = "working", _("At work")
        DONE = "done", _("Done")
        CHANGED = "changed", _("Look at it once more")
        BUSY = "busy", _("Somebody else was changing teams")

    token = models.TextField(_("file"), unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("account"),
    )
    # What the sender saw and agreed to.
    fingerprint = models.CharField(_("agreed plan"), max_length=32)
    choices = models.JSONField(_("answers"), default=dict)
    tidy_names = models.BooleanField(_("names tidied"), default=False)
    rows = models.PositiveIntegerField(_("rows"))
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING
    )
    asked_at = models.DateTimeField(_("sent at"))
    # The last sign of life of a worker; an old one lets another worker begin.
    seen_at = models.DateTimeField(_("seen at"), null=True)
    outcome = models.JSONField(_("outcome"), default=dict)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("list being brought in")
        verbose_name_plural = _("lists being brought in")

    def __str__(self) -> str:
        return f"{self.asked_at:%d/%m/%Y %H:%M}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in {self.State.WAITING, self.State.WORKING}
