"""What the house asks of the news: who inherits articles of a closed unit."""

from __future__ import annotations

import datetime as dt

from content import pagecache
from members import succession
from members.models import Unit, UnitSuccession
from news.freshness import AREA
from news.models import Article


class ArticlesOfUnits:
    """Somebody must be able to correct an article for as long as it can be read."""

    def succeed(
        self,
        *,
        old: Unit,
        new: Unit | None,
        kind: UnitSuccession.Kind,
        date: dt.date,
        now: dt.datetime,
    ) -> None:
        if new is not None:
            Article.objects.filter(unit=old).update(unit=new)
            pagecache.touch(AREA)


def register() -> None:
    succession.registry.register("news.article", ArticlesOfUnits())
