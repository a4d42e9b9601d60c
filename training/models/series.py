"""Sessions that belong together."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField


class Series(models.Model):
    """A run of sessions under one name, such as the lessons of one winter."""

    title = NFCCharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    summary = NFCTextField(_("summary"), max_length=300, blank=True)
    unit = models.ForeignKey(
        "members.Unit",
        on_delete=models.PROTECT,
        related_name="training_series",
        verbose_name=_("host unit"),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title", "id"]
        verbose_name = _("series of sessions")
        verbose_name_plural = _("series of sessions")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("training:series", args=[self.slug])
