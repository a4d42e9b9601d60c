"""One upload in pieces: how far it is, and what became of it."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField

KEPT = dt.timedelta(days=7)
"""Whoever was cut off on Monday may go on until next Monday."""


def new_key() -> str:
    """128 random bits: the address of an upload cannot be guessed."""
    return secrets.token_hex(16)


class UploadQuerySet(models.QuerySet):
    def of(self, owner: int) -> UploadQuerySet:
        return self.filter(owner=owner)

    def open(self) -> UploadQuerySet:
        """Neither taken nor refused: bytes are missing, or it is being taken."""
        return self.filter(outcome=Upload.Outcome.NONE)

    def about(self, purpose: str, about: str) -> UploadQuerySet:
        return self.filter(purpose=purpose, about=about)

    def whole(self) -> UploadQuerySet:
        return self.filter(offset=F("length"))

    def expired(self, now: dt.datetime) -> UploadQuerySet:
        return self.filter(touched_at__lt=now - KEPT)


class Upload(models.Model):
    """Belongs to an account, whose key it holds: this floor knows no accounts."""

    class Outcome(models.TextChoices):
        NONE = "", _("Not whole yet")
        TAKEN = "taken", _("Taken")
        REFUSED = "refused", _("Refused")

    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    owner = models.BigIntegerField()
    purpose = models.CharField(max_length=40)
    about = models.CharField(max_length=40)
    name = NFCCharField(max_length=255)
    metadata = models.CharField(max_length=2000, blank=True)
    length = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)  # the first byte
    touched_at = models.DateTimeField()  # the last one so far
    outcome = models.CharField(
        max_length=8, choices=Outcome, default=Outcome.NONE, blank=True
    )
    sentence = models.CharField(max_length=500, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        indexes = [
            models.Index(fields=["owner", "purpose", "about"], name="upload_of_owner"),
            models.Index(fields=["touched_at"], name="upload_touched"),
        ]
        constraints = [
            models.CheckConstraint(
                name="upload_within_length",
                condition=Q(length__gt=0, offset__lte=F("length")),
            ),
            models.CheckConstraint(
                name="upload_taken_whole",
                condition=~Q(outcome="taken") | Q(offset=F("length")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        return self.offset == self.length

    @property
    def expires_at(self) -> dt.datetime:
        return self.touched_at + KEPT

    @property
    def percent(self) -> int:
        """Rounded down: 100 only when the last byte is there."""
        return self.offset * 100 // self.length
