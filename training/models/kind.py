"""What sorts of sessions there are."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField


class SessionKind(models.Model):
    """What sort of activity; a row, because the Union keeps inventing new ones."""

    code = models.SlugField(_("code"), unique=True)
    name = NFCCharField(_("name"), max_length=80)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("kind of session")
        verbose_name_plural = _("kinds of session")

    def __str__(self) -> str:
        return self.name
