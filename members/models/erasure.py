"""Who was erased: the part of the ledger that stands in the database."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class Erasure(models.Model):
    """One person who was erased: a number and a digest, nothing that tells who.

    `members.ledger` keeps the same lines in a file outside the database.
    """

    class Kind(models.TextChoices):
        ASKED = "asked", _("Asked by the person")
        STAFF = "staff", _("Done by staff")
        RETENTION = "retention", _("Kept long enough")

    # No foreign key: the record itself may be gone.
    person = models.BigIntegerField(_("number of the person"))
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    kind = models.CharField(_("why"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("erased at"))

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        triggers = [
            pgtrigger.Protect(
                name="append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.person}"
