"""A guardian's consent on paper."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from content.files import private_storage
from contests.models.contest import Contest
from contests.models.entry_file import EntryFile
from members.models import Person

FOLDER = "consents"


def signed_form_path(instance: SignedForm, filename: str) -> str:
    """A random name: nothing on the disk tells whose parent signed."""
    return f"{FOLDER}/{instance.contest_id}/{secrets.token_hex(16)}"


class SignedForm(models.Model):
    """A photo or scan of the form; it is a consent once an organiser has read it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be read")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Not accepted")

    READABLE = (EntryFile.State.CLEAN, EntryFile.State.UNSCANNED)

    contest = models.ForeignKey(
        Contest,
        on_delete=models.CASCADE,
        related_name="signed_forms",
        verbose_name=_("contest"),
    )
    child = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        related_name="signed_forms",
        verbose_name=_("child"),
    )
    guardian_name = NFCCharField(_("name of the parent or guardian"), max_length=120)
    relation = NFCCharField(_("relation"), max_length=60)
    publish_name = models.BooleanField(
        _("the name may be published"), default=False, help_text=_("As on the paper.")
    )
    publish_picture = models.BooleanField(
        _("pictures may be published"), default=False, help_text=_("As on the paper.")
    )
    file = models.FileField(
        _("file"), storage=private_storage, upload_to=signed_form_path, max_length=200
    )
    name = NFCCharField(_("name of the file"), max_length=150)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    file_state = models.CharField(
        _("state of the file"), max_length=12, choices=EntryFile.State
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    state = models.CharField(
        _("state"), max_length=8, choices=State, default=State.WAITING
    )
    reason = NFCTextField(
        _("why it was not accepted"),
        max_length=300,
        blank=True,
        help_text=_("Whoever uploaded the form reads it."),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    class Meta:
        ordering = ["uploaded_at", "id"]
        verbose_name = _("signed form")
        verbose_name_plural = _("signed forms")
        indexes = [models.Index(fields=["contest", "state"], name="signed_form_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "child"],
                condition=Q(state="waiting"),
                name="signed_form_waits_once",
            ),
            models.CheckConstraint(
                name="signed_form_decided",
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child}: {self.guardian_name}"

    @property
    def is_readable(self) -> bool:
        return self.file_state in self.READABLE
