"""An entrant asks for a second look at the result."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCTextField
from contests.models.entry import Entry
from members.tracking import tracked


@tracked(personal=["text", "answer"])
class Appeal(models.Model):
    """Written by the entrant within the window, answered once by the organisers."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="appeals", verbose_name=_("entry")
    )
    state = models.CharField(
        _("state"), max_length=8, choices=State, default=State.OPEN
    )
    text = NFCTextField(_("what should be looked at again"), max_length=3000)
    sent_at = models.DateTimeField(_("sent at"))
    answer = NFCTextField(_("answer"), max_length=3000, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    class Meta:
        ordering = ["-sent_at", "-id"]
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(fields=["entry"], name="appeal_once"),
            models.CheckConstraint(
                name="appeal_answered",
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry)
