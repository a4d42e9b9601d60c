"""What the house asks of the news: who inherits articles, which show a picture."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from content import pagecache
from content.models import Picture
from content.pictures.staff import address_part, elsewhere
from members import access_log, succession
from members.models import Unit, UnitSuccession
from news.freshness import AREA
from news.models import Article, Contribution, KitItem, Revision


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
    ) -> list[succession.Moved]:
        if new is None:
            return []
        articles = Article.objects.filter(unit=old).update(unit=new)
        stories = Contribution.objects.filter(unit=old).update(unit=new)
        items = KitItem.objects.filter(unit=old).update(unit=new)
        pagecache.touch(AREA)
        return [
            succession.Moved(_("Articles, with their credits as printed"), articles),
            succession.Moved(_("Stories sent in"), stories),
            succession.Moved(_("Media kit"), items),
        ]


def articles_with_versions_of(picture: Picture) -> QuerySet[Article]:
    """Articles that show the picture in a version, which may be put back any day.

    What the article's kind places counts as well, in the article and in versions.
    """
    inside = Q(text__body__icontains=address_part(picture))
    inside |= Q(text__cover_id=picture.pk) | _placing("text__details", picture)
    versions = Revision.objects.filter(inside).values("article")
    return Article.objects.filter(Q(pk__in=versions) | _placing("details", picture))


def _placing(path: str, picture: Picture) -> Q:
    row = [{"picture": picture.pk}]
    pictures = Q(**{f"{path}__contains": {"pictures": row}})
    return pictures | Q(**{f"{path}__contains": {"steps": row}})


def register() -> None:
    access_log.kinds.register("news.story", _("File of a story sent in"))
    elsewhere.register("news", articles_with_versions_of)
    succession.registry.register("news.article", ArticlesOfUnits())
