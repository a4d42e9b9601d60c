"""What an entry looked like each time it was handed in or changed afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models.entry import Entry


class EntryVersion(models.Model):
    """A copy in plain data, never changed; only erasing a person takes words out.

    `content` has title, summary, division, mentor, mentor_school, answers, authors
    (with the person's key) and files (name, size and sha256, not the bytes).
    """

    entry = models.ForeignKey(
        Entry,
        on_delete=models.CASCADE,
        related_name="versions",
        verbose_name=_("entry"),
        db_index=False,  # entry_version_number begins with it
    )
    number = models.PositiveIntegerField(_("version"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    content = models.JSONField(_("content"))

    class Meta:
        ordering = ["entry", "-number"]
        verbose_name = _("version of an entry")
        verbose_name_plural = _("versions of entries")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "number"], name="entry_version_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} ({self.number})"
