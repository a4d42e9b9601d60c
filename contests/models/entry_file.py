"""A file of an entry."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from content.files import private_storage
from contests.models.entry import Entry


def entry_file_path(instance: EntryFile, filename: str) -> str:
    """A random name: neither the code nor the person's file name is on the disk."""
    return f"entries/{instance.entry.contest_id}/{secrets.token_hex(16)}"


class EntryFile(models.Model):
    class State(models.TextChoices):
        UPLOADING = "uploading", _("Uploading")
        SCANNING = "scanning", _("Being checked")
        CLEAN = "clean", _("Checked")
        UNSCANNED = "unscanned", _("Not scanned for viruses")
        QUARANTINED = "quarantined", _("Locked: a virus was found")

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="files", verbose_name=_("entry")
    )
    file = models.FileField(
        _("file"),
        storage=private_storage,
        upload_to=entry_file_path,
        max_length=200,
    )
    name = NFCCharField(_("name of the file"), max_length=150)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=12, choices=State)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        ordering = ["entry", "id"]
        verbose_name = _("file of an entry")
        verbose_name_plural = _("files of entries")

    def __str__(self) -> str:
        return self.name
