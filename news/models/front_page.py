"""What stands first at home, chosen by hand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from news.models.article import Article


class FrontPageSlot(models.Model):
    """An article on the front page, in its place, until its end.

    The first slot leads. Articles that are not out (any more) leave no gap: the
    newest ones move up.
    """

    article = models.OneToOneField(
        Article,
        on_delete=models.CASCADE,
        related_name="slot",
        verbose_name=_("article"),
    )
    order = models.PositiveSmallIntegerField(
        _("place"), default=1, help_text=_("1 leads; equal places: the newer first.")
    )
    until = models.DateTimeField(
        _("until"),
        help_text=_("Then the newest articles take over by themselves."),
    )

    class Meta:
        ordering = ["order", "-id"]
        verbose_name = _("place on the front page")
        verbose_name_plural = _("front page")

    def __str__(self) -> str:
        return str(self.article)
