"""A community digital-technology team."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField, NFCTextField
from content.search.columns import SearchColumn, search_index
from members.fields import DerivedCharField
from members.models import Unit
from members.tracking import tracked
from teams.querysets import TeamQuerySet
from vietnam.fold import fold

MOST_HOUSEHOLDS = 20_000
"""More than any commune has; a slip of the finger types it easily."""


@tracked()
class DigitalTeam(models.Model):
    """One team, set up by a decision of the commune's chair (document 793/2022)."""

    class Level(models.TextChoices):
        COMMUNE = "commune", _("Commune")
        VILLAGE = "village", _("Village")

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="teams", verbose_name=_("unit")
    )
    level = models.CharField(
        _("level"), max_length=10, choices=Level, default=Level.VILLAGE
    )
    name = NFCCharField(_("name"), max_length=150)
    # What "two teams of one name" within a unit means: accents and case do not count.
    name_folded = DerivedCharField(max_length=300, derive=lambda team: fold(team.name))
    slug = models.SlugField(_("address"), max_length=100, unique=True)
    decision_number = NFCCharField(_("decision number"), max_length=60, blank=True)
    decision_date = models.DateField(_("date of the decision"), null=True, blank=True)
    area = NFCCharField(
        _("area"), max_length=200, blank=True, help_text=_("Village, hamlet or group.")
    )
    search_text = DerivedCharField(
        max_length=700, derive=lambda team: fold(f"{team.name} {team.area}")
    )
    households = models.PositiveIntegerField(
        _("households"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_HOUSEHOLDS)],
    )
    active_from = models.DateField(_("active from"), null=True, blank=True)
    active_to = models.DateField(
        _("active to"), null=True, blank=True, help_text=_("The team's last day.")
    )
    # What the team released for everybody to see; nothing else about it is public.
    is_public = models.BooleanField(_("in the public directory"), default=True)
    public_place = NFCCharField(_("where to find help"), max_length=200, blank=True)
    public_hours = NFCCharField(_("hours of help"), max_length=120, blank=True)
    public_phone = models.CharField(_("public phone"), max_length=16, blank=True)
    public_note = NFCTextField(_("public note"), max_length=600, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    search = SearchColumn(a=["name"], b=["area"])

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["level", "name_folded", "id"]
        verbose_name = _("digital team")
        verbose_name_plural = _("digital teams")
        indexes = [search_index("team_search")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name_folded"],
                condition=Q(active_to__isnull=True),
                name="team_name_once",
            ),
            models.CheckConstraint(
                name="team_active_span",
                condition=Q(active_to__isnull=True)
                | Q(active_from__isnull=True)
                | Q(active_to__gte=F("active_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("teams:team", args=[self.slug])

    def is_active(self, on: dt.date) -> bool:
        """The team exists on that day."""
        begun = self.active_from is None or self.active_from <= on
        return begun and (self.active_to is None or self.active_to >= on)
