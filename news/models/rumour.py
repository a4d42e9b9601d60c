"""A rumour that a reader told the editors of."""

from __future__ import annotations

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.fields import NFCCharField, NFCTextField
from news.models.article import Article


class Rumour(models.Model):
    """Kept for 90 days (`rumours.purge`); the same words again only count."""

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("rumour", "New")
        CHECKING = "checking", _("Being checked")
        ANSWERED = "answered", _("Answered by an article")
        DISMISSED = "dismissed", _("Nothing to correct")

    text = NFCTextField(_("what goes around"), max_length=2000)
    url = models.URLField(_("where it was seen"), max_length=500, blank=True)
    contact = NFCCharField(
        _("contact of the reader"),
        max_length=120,
        blank=True,
        help_text=_("For a question back; it goes with the report after 90 days."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.NEW
    )
    remark = NFCTextField(
        _("remark"),
        max_length=1000,
        blank=True,
        help_text=_("For the editors only: whom you asked, what you found."),
    )
    article = models.ForeignKey(
        Article,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="rumours",
        verbose_name=_("article that answers it"),
    )
    times = models.PositiveIntegerField(_("times reported"), default=1, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    press = models.CharField(
        max_length=32, editable=False, help_text=_("Which form was sent last.")
    )
    first_at = models.DateTimeField(_("first reported"), editable=False)
    last_at = models.DateTimeField(_("last reported"), editable=False)

    class Meta:
        ordering = ["-last_at", "-id"]
        verbose_name = _("rumour")
        verbose_name_plural = _("rumours")
        indexes = [models.Index(fields=["state", "-last_at"], name="rumour_state")]

    def __str__(self) -> str:
        return Truncator(self.text).chars(80)
