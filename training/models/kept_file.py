"""A private file beside the facts that a row keeps of it."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from content.files import private_storage
from content.files.kinds import Kind
from content.files.refusals import size_text

FOLDER = "training"


def place(row: KeptFile, name: str) -> str:
    """Not to be guessed; what people call the file stands in the row only."""
    return f"{FOLDER}/{secrets.token_hex(16)}"


class KeptFile(models.Model):
    """The states of DESIGN rule 6; `training.files` puts the bytes in and out."""

    class FileState(models.TextChoices):
        SCANNING = "scanning", _("Being checked")
        CLEAN = "clean", _("Checked")
        UNSCANNED = "unscanned", _("Not scanned for viruses")
        QUARANTINED = "quarantined", _("Locked: a virus was found")

    READABLE = (FileState.CLEAN, FileState.UNSCANNED)

    file = models.FileField(
        _("file"),
        storage=private_storage,
        upload_to=place,
        max_length=100,
        blank=True,
        editable=False,
    )
    name = NFCCharField(
        _("name of the file"), max_length=150, blank=True, editable=False
    )
    media_type = models.CharField(max_length=100, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    state = models.CharField(
        _("state of the file"),
        max_length=12,
        choices=FileState,
        blank=True,
        editable=False,
    )

    class Meta:
        abstract = True

    @property
    def is_readable(self) -> bool:
        return bool(self.file) and self.state in self.READABLE

    @property
    def size_text(self) -> str:
        return size_text(self.size)

    @property
    def kind_label(self) -> str:
        """What people call such a file: "PDF", "Word"."""
        kinds = {kind.media_type: kind.label for kind in Kind}
        return kinds.get(self.media_type, "")
