"""Asking somebody to join a team."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCEmailField
from contests.models.entry import Author, Entry


class Invitation(models.Model):
    """A letter that asks somebody to be an author; its link answers for them alone."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("Joined")
        DECLINED = "declined", _("Does not take part")
        TAKEN_BACK = "taken_back", _("Taken back")

    entry = models.ForeignKey(
        Entry,
        on_delete=models.CASCADE,
        related_name="invitations",
        verbose_name=_("entry"),
    )
    full_name = NFCCharField(_("full name"), max_length=120)
    email = NFCEmailField(_("email"))
    # As `mail.addresses.fold` has it: limits go by it.
    address_key = models.CharField(max_length=254, editable=False)
    # Only a digest: whoever reads the database cannot answer in somebody's name.
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_at = models.DateTimeField(_("invited at"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    # Gone with the author: who was taken out may be asked again.
    author = models.OneToOneField(
        Author,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="invitation",
        verbose_name=_("author"),
    )

    class Meta:
        ordering = ["entry", "invited_at", "id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            models.Index(
                fields=["address_key", "invited_at"], name="invitation_address"
            ),
            models.Index(fields=["invited_by", "invited_at"], name="invitation_asker"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "address_key"],
                condition=Q(answer__in=["", "accepted"]),
                name="invitation_live_once",
            ),
            models.CheckConstraint(
                name="invitation_answered",
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="invitation_author",
                condition=Q(author__isnull=True) | Q(answer="accepted"),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def is_open(self, now: dt.datetime) -> bool:
        """Whether it can still be answered: until entries close."""
        return not self.answer and now < self.entry.contest.closes_at
