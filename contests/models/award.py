"""A prize given to an entry."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from contests.models.entry import Entry
from members.tracking import tracked


@tracked()
class Award(models.Model):
    """A prize given to an entry; seen by others from `Contest.results_at` on."""

    entry = models.OneToOneField(
        Entry, on_delete=models.CASCADE, related_name="award", verbose_name=_("entry")
    )
    title = NFCCharField(
        _("prize"), max_length=100, help_text=_("For example: First prize.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("award")
        verbose_name_plural = _("awards")

    def __str__(self) -> str:
        return self.title
