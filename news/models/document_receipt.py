"""Which units have said that they read a document."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from news.models.article import Article


class DocumentReceipt(models.Model):
    """A unit has read a document; said once, by one of those who may say it."""

    article = models.ForeignKey(
        Article,
        on_delete=models.CASCADE,
        related_name="receipts",
        verbose_name=_("document"),
    )
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("unit"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    at = models.DateTimeField(_("confirmed at"))

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("confirmation that a document was read")
        verbose_name_plural = _("confirmations that a document was read")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "unit"], name="document_receipt_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.unit_id}"
