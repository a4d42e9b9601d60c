"""The personal link by which a leader without an account reports."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models.member import TeamMember


def new_key() -> str:
    """96 bits in letters that no chat program cuts off."""
    return secrets.token_hex(12)


class ReportLink(models.Model):
    """One link for one person's time as a leader: whoever follows gets another.

    The link alone opens nothing; the code, of which only a digest is kept, proves who
    holds it.
    """

    membership = models.OneToOneField(
        TeamMember,
        on_delete=models.CASCADE,
        related_name="report_link",
        verbose_name=_("team member"),
    )
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    made_at = models.DateTimeField(_("made at"))
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    code_until = models.DateTimeField(null=True, blank=True, editable=False)
    proved_at = models.DateTimeField(_("last proved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("link for reports")
        verbose_name_plural = _("links for reports")

    def __str__(self) -> str:
        return str(self.membership)
