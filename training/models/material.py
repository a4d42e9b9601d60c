"""Papers of a session."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from members.tracking import tracked
from training.models.kept_file import KeptFile
from training.models.session import TrainingSession


@tracked()
class Material(KeptFile):
    """A paper to read: a private file or a link, for everyone or for people with a
    place."""

    class For(models.TextChoices):
        CONFIRMED = "confirmed", _("People with a place")
        EVERYONE = "everyone", _("Everyone")

    session = models.ForeignKey(
        TrainingSession,
        on_delete=models.CASCADE,
        related_name="materials",
        verbose_name=_("session"),
    )
    title = NFCCharField(_("title"), max_length=150)
    link = models.URLField(
        _("link"), blank=True, help_text=_("Instead of a file, such as a film.")
    )
    shown_to = models.CharField(
        _("shown to"), max_length=10, choices=For, default=For.CONFIRMED
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints = [
            models.CheckConstraint(
                name="material_file_or_link",
                condition=(Q(file="") & ~Q(link="")) | (~Q(file="") & Q(link="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.link or reverse(
            "training:material", args=[self.session.slug, self.pk]
        )
