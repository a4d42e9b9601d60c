"""What an article says of a rumour: the claim, and what is true about it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from members.tracking import tracked
from news.models.article import Article


@tracked()
class FactCheck(models.Model):
    """The box at the head of an article that corrects a rumour.

    Not part of the article's versions: who may publish changes it, and the change
    shows at once, because a wrong verdict must not wait.
    """

    class Verdict(models.TextChoices):
        FALSE = "false", pgettext_lazy("rumour", "False")
        PARTLY_FALSE = "partly_false", pgettext_lazy("rumour", "Partly false")
        TRUE = "true", pgettext_lazy("rumour", "True")
        UNPROVEN = "unproven", pgettext_lazy("rumour", "Not enough evidence")

    article = models.OneToOneField(
        Article,
        on_delete=models.CASCADE,
        related_name="fact_check",
        verbose_name=_("article"),
    )
    claim = NFCTextField(
        _("claim"),
        max_length=300,
        help_text=_("What goes around, in one sentence and in its own words."),
    )
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict)
    finding = NFCTextField(
        _("what is true"),
        max_length=500,
        help_text=_("One or two sentences that can stand alone when they are shared."),
    )
    source_name = NFCCharField(
        _("source"), max_length=160, help_text=_("Who says so, such as the police.")
    )
    source_url = models.URLField(_("address of the source"))
    checked_on = models.DateField(_("checked on"))

    class Meta:
        ordering = ["-checked_on", "-id"]
        verbose_name = _("fact check")
        verbose_name_plural = _("fact checks")

    def __str__(self) -> str:
        return self.claim

    @property
    def mark(self) -> str:
        """How lists show it."""
        return gettext("Fact check: %(verdict)s") % {
            "verdict": self.get_verdict_display()
        }
