"""The texts that an article had, and the one it will have."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from news.models.article import Article


class Revision(models.Model):
    """One text of an article: who left it so, when, and whether it was approved.

    While an article is out, its row holds what the public reads; a newer text waits
    beside it in the one revision that is `working` until it is published over the row
    or dropped. Before that the row itself is the newest text and every revision tells
    of the past.
    """

    article = models.ForeignKey(
        Article,
        on_delete=models.CASCADE,
        related_name="revisions",
        verbose_name=_("article"),
    )
    number = models.PositiveIntegerField(_("version"))
    text = models.JSONField(_("text"), encoder=DjangoJSONEncoder)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    created_at = models.DateTimeField(_("begun at"))
    saved_at = models.DateTimeField(_("saved at"))
    restored_from = models.PositiveIntegerField(
        _("brought back from version"), null=True
    )
    working = models.BooleanField(_("beside the live article"), default=False)
    submitted_at = models.DateTimeField(_("handed in at"), null=True)
    returned_at = models.DateTimeField(
        _("returned at"),
        null=True,
        help_text=_("It stays as it was read; what was written later is another one."),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True)
    dropped_at = models.DateTimeField(
        _("dropped at"),
        null=True,
        help_text=_("The article went on with the text before it."),
    )

    class Meta:
        ordering = ["article", "-number"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="revision_number"
            ),
            models.UniqueConstraint(
                fields=["article"],
                name="revision_one_working",
                condition=Q(working=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.number}"

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def author_name(self) -> str:
        """Who to talk to about it; "" when the account is gone."""
        return self.author.display_name if self.author else ""
