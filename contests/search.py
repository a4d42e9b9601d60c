"""Contests among the results of the site's search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from content.search.marking import mark, snippet
from content.search.sources import ColumnSource, Hit, registry
from contests.models import Contest
from vietnam.dates import deadline_text

SHOWN = ("title", "slug", "summary", "closes_at")


class ContestSource(ColumnSource):
    key = "contests"
    label = _("Contests")
    order = ("-closes_at", "-id")

    def values(self, now: dt.datetime) -> tuple:
        return ()

    def visible(self) -> QuerySet:
        return Contest.objects.published().only(*SHOWN)

    def hit(self, row: Contest, words: Sequence[str]) -> Hit:
        closes = deadline_text(row.closes_at, get_language() or "vi")
        return Hit(
            title=mark(row.title, words),
            url=row.get_absolute_url(),
            snippet=snippet(row.summary, words),
            kind=self.label,
            note=gettext("Deadline: %(time)s") % {"time": closes},
        )


SOURCE = ContestSource()


def register() -> None:
    registry.register(SOURCE.key, SOURCE)
