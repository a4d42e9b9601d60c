"""The words that people agree to, each version of them kept for good."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCTextField
from members.models.account import User
from members.models.guardian import Consent


class ConsentText(models.Model):
    """One version of the words beside one box, in one language.

    Never changed and never deleted: consents refer to it. Other words are a new
    version (`members.consent_texts.publish`).
    """

    class Language(models.TextChoices):
        VIETNAMESE = "vi", _("Vietnamese")
        ENGLISH = "en", _("English")

    key = models.CharField(_("box"), max_length=24, editable=False)
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=Consent.Purpose, blank=True
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    version = models.CharField(_("version"), max_length=12)
    words = NFCTextField(
        _("words beside the box"), max_length=600, help_text=_("One or two sentences.")
    )
    more = NFCTextField(_("explanation below them"), max_length=600, blank=True)
    valid_from = models.DateTimeField(_("in force from"))
    ask_again = models.BooleanField(
        _("ask again"),
        default=False,
        help_text=_(
            "Consents to earlier words stay valid for what they were given for. With "
            "this tick a consent to the purpose as such counts no more for anything "
            "new: people are asked at the next occasion."
        ),
    )
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )

    class Meta:
        ordering = ["key", "language", "-valid_from", "-id"]
        verbose_name = _("text of consent")
        verbose_name_plural = _("texts of consent")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "language", "version"], name="consent_text_once"
            ),
            models.CheckConstraint(
                name="consent_text_says_something", condition=~Q(words="")
            ),
        ]
        triggers = [
            # An account that goes takes only its own name off.
            pgtrigger.Protect(
                name="kept_for_good",
                operation=pgtrigger.Delete
                | pgtrigger.UpdateOf(
                    *("key", "purpose", "language", "version"),
                    *("words", "more", "valid_from", "ask_again", "made_at"),
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.language}"

    @property
    def stamp(self) -> str:
        """What a consent refers to it by."""
        return f"{self.key}/{self.version}/{self.language}"
