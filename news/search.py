"""Articles among the results of the site's search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from content.richtext import plain_text
from content.search.marking import has, mark, snippet
from content.search.sources import ColumnSource, Hit, registry
from news import kinds
from news.models import Article

SHOWN = (
    *("title", "slug", "lead", "body", "kind", "details", "publish_at"),
    "section__name",
)


class ArticleSource(ColumnSource):
    key = "news"
    label = _("News")
    order = ("-publish_at", "-id")

    def rows(self, now: dt.datetime) -> QuerySet:
        published = Article.objects.published(now).select_related("section")
        return published.only(*SHOWN)

    def hit(self, row: Article, words: Sequence[str]) -> Hit:
        return Hit(
            title=mark(row.title, words),
            url=row.get_absolute_url(),
            snippet=snippet(_telling_text(row, words), words),
            kind=self.label,
            date=row.publish_at,
            note=row.section.name,
        )


def _telling_text(article: Article, words: Sequence[str]) -> str:
    """The lead, unless the words stand only further down."""
    if has(article.lead, words):
        return article.lead
    more = (plain_text(article.body), kinds.words(article.kind, article.details))
    return next((text for text in more if has(text, words)), article.lead)


SOURCE = ArticleSource()


def register() -> None:
    registry.register(SOURCE.key, SOURCE)
