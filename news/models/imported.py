"""Articles that came from another site, and where they stood there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from news.models.article import Article


class ImportedArticle(models.Model):
    """What an item of another site became here.

    `article` is empty when staff deleted it: then it does not come back. `text_digest`
    is the text as the import left it; another one means that staff went on with it.
    """

    source = models.CharField(_("source"), max_length=120)
    source_id = models.CharField(_("number at the source"), max_length=300)
    article = models.OneToOneField(
        Article,
        on_delete=models.SET_NULL,
        null=True,
        related_name="imported",
        verbose_name=_("article"),
    )
    item_digest = models.CharField(_("mark of the source"), max_length=64)
    text_digest = models.CharField(_("mark of the text"), max_length=64)
    needs_look = models.BooleanField(
        _("to be looked at"),
        default=False,
        help_text=_("Out already, though pictures or links wait for somebody's word."),
    )

    class Meta:
        ordering = ["source", "id"]
        verbose_name = _("imported article")
        verbose_name_plural = _("imported articles")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], name="imported_article_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["article"],
                name="imported_needs_look",
                condition=Q(needs_look=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id}"


class ImportedPicture(models.Model):
    """A file that an import has taken in already, by its contents."""

    file_digest = models.CharField(_("mark of the file"), max_length=64, unique=True)
    picture = models.ForeignKey(
        "content.Picture",
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("picture"),
    )

    class Meta:
        ordering = ["id"]
        verbose_name = _("imported picture")
        verbose_name_plural = _("imported pictures")

    def __str__(self) -> str:
        return self.file_digest


class OldAddress(models.Model):
    """An address of the old site, path or path and query, and what stands there now."""

    address = models.CharField(_("old address"), max_length=500, unique=True)
    article = models.ForeignKey(
        Article,
        on_delete=models.CASCADE,
        related_name="old_addresses",
        verbose_name=_("article"),
    )

    class Meta:
        ordering = ["address"]
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")

    def __str__(self) -> str:
        return self.address
