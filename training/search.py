"""Sessions among the results of the site's search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from content.search.marking import mark, snippet
from content.search.sources import ColumnSource, Hit, registry
from training.models import TrainingSession

SHOWN = ("title", "slug", "summary", "venue", "starts_at")


class SessionSource(ColumnSource):
    key = "training"
    label = _("Training")
    order = ("-starts_at", "-id")

    def values(self, now: dt.datetime) -> tuple:
        return ()

    def visible(self) -> QuerySet:
        return TrainingSession.objects.published().only(*SHOWN)

    def hit(self, row: TrainingSession, words: Sequence[str]) -> Hit:
        return Hit(
            title=mark(row.title, words),
            url=row.get_absolute_url(),
            snippet=snippet(row.summary, words),
            kind=self.label,
            date=row.starts_at,
            note=mark(row.venue, words),
        )


SOURCE = SessionSource()


def register() -> None:
    registry.register(SOURCE.key, SOURCE)
