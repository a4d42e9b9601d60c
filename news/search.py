"""Articles among the results of the site's search."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from content.prepared import among, prepared
from content.richtext import plain_text
from content.search.marking import has, mark, snippet
from content.search.sources import (
    Chosen,
    ColumnSource,
    Filter,
    Hit,
    NoSuchChoice,
    registry,
)
from news import kinds, lists
from news.models import Article, Section, Tag
from vietnam.dates import local_day

MONTHS = 24
"""Offered one by one; what is older, by its year."""
TAGS = 30
_TIME = re.compile(r"(20[0-9]{2}|19[0-9]{2})(?:-(0[1-9]|1[0-2]))?", re.ASCII)
SHOWN = (
    *("title", "slug", "lead", "body", "kind", "details", "publish_at"),
    "section__name",
)


class ArticleSource(ColumnSource):
    key = "news"
    label = _("News")
    order = ("-publish_at", "-id")

    def visible(self, now: dt.datetime) -> QuerySet:
        published = Article.objects.published(now).select_related("section")
        return published.only(*SHOWN)

    def filters(self, now: dt.datetime) -> list[Filter]:
        sections = [(one.slug, one.name) for one in lists.sections(now)]
        tags = lists.popular_tags(now, limit=TAGS)
        return [
            Filter("muc", _("Section"), sections),
            Filter("dang", _("Kind"), Article.Kind.choices),
            Filter("the", _("Tag"), sorted((tag.slug, tag.name) for tag in tags)),
            Filter("thang", _("Time"), _times(now)),
        ]

    def narrowed(self, rows: QuerySet, chosen: Chosen) -> QuerySet:
        if kind := chosen.get("dang"):
            if kind not in Article.Kind.values:
                raise NoSuchChoice(kind)
            rows = rows.filter(kind=kind)
        if slug := chosen.get("muc"):
            rows = rows.filter(section=_one(Section, slug))
        if slug := chosen.get("the"):
            rows = rows.tagged(_one(Tag, slug))
        if time := chosen.get("thang"):
            found = _TIME.fullmatch(time)
            if found is None:
                raise NoSuchChoice(time)
            year, month = found.groups()
            rows = rows.in_time(int(year), int(month) if month else None)
        return rows

    def by_number(self, keys: list[int], now: dt.datetime) -> Mapping[int, Article]:
        return {row.pk: row for row in _numbered(now, keys)}

    def hit(self, row: Article, words: Sequence[str]) -> Hit:
        return Hit(
            title=mark(row.title, words),
            url=row.get_absolute_url(),
            snippet=snippet(_telling_text(row, words), words),
            kind=self.label,
            date=row.publish_at,
            note=row.section.name,
        )


def _one(model: type[Section | Tag], slug: str) -> int:
    """The number, so that the plan is one over numbers and not over names."""
    pk = model.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if pk is None:
        raise NoSuchChoice(slug)
    return pk


def _times(now: dt.datetime) -> list[tuple[str, str]]:
    """The latest months, then years, back to the oldest article."""
    found = lists.times(now, limit=1)
    if not found:
        return []
    ((oldest,),) = found
    first, today = local_day(oldest), local_day(now)
    times = []
    for back in range(MONTHS):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        if (year, month + 1) < (first.year, first.month):
            break
        times.append((f"{year}-{month + 1:02}", f"{month + 1:02}/{year}"))
    years = range(today.year, first.year - 1, -1)
    return times + [(str(year), str(year)) for year in years]


def _telling_text(article: Article, words: Sequence[str]) -> str:
    """The lead, unless the words stand only further down."""
    if has(article.lead, words):
        return article.lead
    more = (plain_text(article.body), kinds.words(article.kind, article.details))
    return next((text for text in more if has(text, words)), article.lead)


SOURCE = ArticleSource()


@prepared
def _numbered(now: dt.datetime, keys: list[int]) -> QuerySet:
    return SOURCE.visible(now).filter(among("pk", keys))


def register() -> None:
    registry.register(SOURCE.key, SOURCE)
