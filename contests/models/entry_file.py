"""A file of an entry, and the copy of it that judges read."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from content.files import private_storage
from contests.models.entry import Entry
from contests.querysets import EntryFileQuerySet


def entry_file_path(instance: EntryFile, filename: str) -> str:
    """A random name: neither the code nor the person's file name is on the disk."""
    return f"entries/{instance.entry.contest_id}/{secrets.token_hex(16)}"


def copy_path(instance: EntryFile, filename: str) -> str:
    return f"copies/{instance.entry.contest_id}/{secrets.token_hex(16)}"


class EntryFile(models.Model):
    class State(models.TextChoices):
        UPLOADING = "uploading", _("Uploading")
        SCANNING = "scanning", _("Being checked")
        CLEAN = "clean", _("Checked")
        UNSCANNED = "unscanned", _("Not scanned for viruses")
        QUARANTINED = "quarantined", _("Locked: a virus was found")

    class CopyState(models.TextChoices):
        PENDING = "pending", _("Being prepared for the judges")
        READY = "ready", _("Ready for the judges")
        FAILED = "failed", _("Cannot be shown to the judges")

    # Nobody but the entrant and the organisers opens what is in any other state.
    READABLE = (State.CLEAN, State.UNSCANNED)

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
    # The first byte and the last one; the rule about the deadline asks for both.
    begun_at = models.DateTimeField(_("upload begun at"), null=True, editable=False)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    # What judges get: the same content without a trace of who made it.
    copy = models.FileField(
        _("file of the copy"),
        storage=private_storage,
        upload_to=copy_path,
        max_length=200,
        blank=True,
    )
    copy_state = models.CharField(
        _("copy for the judges"),
        max_length=8,
        choices=CopyState,
        default=CopyState.PENDING,
    )
    copy_media_type = models.CharField(
        _("type of the copy"), max_length=100, blank=True
    )
    copy_size = models.PositiveBigIntegerField(_("bytes of the copy"), default=0)
    # [offset, length, width, height] of each page's picture within the copy.
    copy_pages = models.JSONField(_("pages of the copy"), default=list, blank=True)
    copy_attempts = models.PositiveSmallIntegerField(_("tries at the copy"), default=0)

    objects = EntryFileQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "id"]
        verbose_name = _("file of an entry")
        verbose_name_plural = _("files of entries")

    def __str__(self) -> str:
        return self.name

    @property
    def is_readable(self) -> bool:
        return self.state in self.READABLE
