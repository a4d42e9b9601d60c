"""Digital teams among the results of the site's search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from content.search.marking import mark, snippet
from content.search.sources import ColumnSource, Hit, registry
from teams.models import DigitalTeam
from vietnam.dates import local_day


class TeamSource(ColumnSource):
    key = "teams"
    label = _("Digital teams")
    order = ("level", "name_folded", "id")
    title_field = "name"

    def values(self, now: dt.datetime) -> tuple[dt.date]:
        return (local_day(now),)

    def visible(self, today: dt.date) -> QuerySet:
        public = DigitalTeam.objects.in_directory(today)
        return public.select_related("unit")

    def hit(self, row: DigitalTeam, words: Sequence[str]) -> Hit:
        return Hit(
            title=mark(row.name, words),
            url=row.get_absolute_url(),
            snippet=snippet(row.public_note, words),
            kind=self.label,
            note=_whereabouts(row, words),
        )


def _whereabouts(team: DigitalTeam, words: Sequence[str]) -> SafeString:
    """The area and the unit, each once."""
    unit = str(team.unit)
    if not team.area or team.area in unit:
        return mark(unit, words)
    return mark(f"{team.area}, {unit}", words)


SOURCE = TeamSource()


def register() -> None:
    registry.register(SOURCE.key, SOURCE)
