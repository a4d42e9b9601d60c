"""A place with fixed hours where somebody helps."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from members.models import Unit
from teams.querysets import HelpPointQuerySet

MAP = "https://www.openstreetmap.org/search?"


class HelpPoint(models.Model):
    """What stands here is for everybody to read; it is shown between its two days."""

    class Kind(models.TextChoices):
        SERVICE_CENTRE = "service_centre", _("Public service centre")
        CULTURE_HOUSE = "culture_house", _("Culture house")
        POST_OFFICE = "post_office", _("Post office")
        UNION_OFFICE = "union_office", _("Youth Union office")
        SCHOOL = "school", _("School or library")
        OTHER = "other", _("Another place")

    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="help_points",
        verbose_name=_("unit"),
        help_text=_("The commune; its page of the directory shows the point."),
    )
    name = NFCCharField(_("name"), max_length=120)
    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind, default=Kind.SERVICE_CENTRE
    )
    place = NFCCharField(
        _("place"),
        max_length=200,
        help_text=_("As a stranger finds it: village, road, commune."),
    )
    hours = NFCCharField(
        _("hours"), max_length=120, help_text=_("For example: 07:30–11:30 Mon–Fri.")
    )
    phone = models.CharField(_("public phone"), max_length=16, blank=True)
    note = NFCCharField(_("note"), max_length=200, blank=True)
    opens_on = models.DateField(_("from"), null=True, blank=True)
    closes_on = models.DateField(
        _("to"), null=True, blank=True, help_text=_("The last day of the point.")
    )

    objects = HelpPointQuerySet.as_manager()

    class Meta:
        ordering = ["unit__folded_name", "name", "id"]
        verbose_name = _("help point")
        verbose_name_plural = _("help points")
        constraints = [
            models.CheckConstraint(
                name="help_point_span",
                condition=models.Q(closes_on__isnull=True)
                | models.Q(opens_on__isnull=True)
                | models.Q(closes_on__gte=models.F("opens_on")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def map_url(self) -> str:
        """Where a map shows the place; nothing of it is fetched before the click."""
        return MAP + urlencode({"query": self.place})
