"""Films, captions and documents that belong to articles."""

from __future__ import annotations

import secrets
import string

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.fields import NFCCharField
from content.files import private_storage

KEY_LENGTH = 20
_ALPHABET = string.ascii_lowercase + string.digits


def new_key() -> str:
    """Not to be guessed: a file can be fetched before its article is out."""
    return "".join(secrets.choice(_ALPHABET) for _place in range(KEY_LENGTH))


def place(file: ArticleFile, name: str) -> str:
    """Where the bytes lie; what people call the file stands in the row only."""
    return f"articles/{file.key}"


class ArticleFile(models.Model):
    """A file that articles name by its key; its bytes never change.

    It points to nobody, so that the versions of a text may name files that later ones
    do not.
    """

    class Use(models.TextChoices):
        DOCUMENT = "document", _("Document")
        FILM = "film", _("Film")
        CAPTIONS = "captions", _("Captions")

    key = models.CharField(
        max_length=KEY_LENGTH, unique=True, default=new_key, editable=False
    )
    use = models.CharField(max_length=8, choices=Use)
    name = NFCCharField(_("name"), max_length=200)
    file = models.FileField(
        _("file"), max_length=100, storage=private_storage, upload_to=place
    )
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(pgettext_lazy("file", "size"))
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("file of an article")
        verbose_name_plural = _("files of articles")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("news:file", args=[self.key])
