"""What a night's purge took away."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PurgeRun(models.Model):
    """One rule of `members.retention` in one night."""

    rule = models.CharField(_("rule"), max_length=60)
    at = models.DateTimeField(_("at"))
    removed = models.PositiveIntegerField(_("removed"), default=0)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "rule"]
        verbose_name = _("run of a purge")
        verbose_name_plural = _("what was purged")
        indexes = [models.Index(fields=["-at", "rule"], name="purge_order")]

    def __str__(self) -> str:
        return f"{self.rule} {self.at:%d/%m/%Y}"
