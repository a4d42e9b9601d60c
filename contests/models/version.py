"""What an entry looked like each time it was handed in or changed afterwards."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from content.files import private_storage
from contests.models.entry import Entry
from contests.models.entry_file import EntryFile
from contests.querysets import VersionFileQuerySet


class EntryVersion(models.Model):
    """A copy in plain data, never changed; only erasing a person takes words out.

    `content` has title, summary, division, mentor, mentor_school, answers, authors
    (with the person's key) and files (name, size and sha256; the bytes are where
    `VersionFile` says, as long as they are kept).
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


class VersionFile(models.Model):
    """A file as it was handed in with a version.

    The bytes may be those of the entry's file, or of other versions too: they go when
    no row names them any more (`filing.let_go`).
    """

    version = models.ForeignKey(
        EntryVersion,
        on_delete=models.CASCADE,
        related_name="files",
        verbose_name=_("version"),
    )
    file = models.FileField(
        _("file"), storage=private_storage, max_length=200, db_index=True
    )
    name = NFCCharField(_("name of the file"), max_length=150)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    # As of the entry's file, and asked of the scanner like it.
    state = models.CharField(_("state"), max_length=12, choices=EntryFile.State)

    objects = VersionFileQuerySet.as_manager()

    class Meta:
        ordering = ["version", "id"]
        verbose_name = _("file of a version")
        verbose_name_plural = _("files of versions")

    def __str__(self) -> str:
        return self.name

    @property
    def entry(self) -> Entry:
        return self.version.entry

    @property
    def is_readable(self) -> bool:
        return self.state in EntryFile.READABLE
