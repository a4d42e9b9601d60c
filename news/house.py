"""What the house asks of the news: who inherits articles, which show a picture."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from content import pagecache
from content.models import Picture
from content.pictures.staff import address_part, elsewhere
from members import succession
from members.models import Unit, UnitSuccession
from news.freshness import AREA
from news.models import Article, Revision


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


def articles_with_versions_of(picture: Picture) -> QuerySet[Article]:
    """Articles that show the picture in a version, which may be put back any day."""
    inside = Q(text__body__icontains=address_part(picture))
    versions = Revision.objects.filter(inside | Q(text__cover_id=picture.pk))
    return Article.objects.filter(pk__in=versions.values("article"))


def register() -> None:
    elsewhere.register("news", articles_with_versions_of)
    succession.registry.register("news.article", ArticlesOfUnits())
