"""About, contact, accessibility, privacy, terms: read, found, listed for robots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from content import pagecache
from content.richtext import plain_text
from content.search.marking import mark, snippet
from content.search.sources import ColumnSource, Hit, registry
from portal import freshness
from portal.models import KeyFigure, SitePage

SHOWN = ("key", "title", "body", "title_en", "body_en", "changed_at")


@pagecache.public(freshness.AREA)
@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    page = get_object_or_404(SitePage, key=key)
    context = {"page": page, "words": page.words(get_language())}
    if key == SitePage.Key.ABOUT:
        context["key_figures"] = KeyFigure.objects.all()
    return render(request, "portal/page.html", context)


class PageSitemap(Sitemap):
    def items(self) -> QuerySet:
        return SitePage.objects.only("key", "changed_at")

    def lastmod(self, item: SitePage) -> dt.datetime:
        return item.changed_at


class PageSource(ColumnSource):
    key = "pages"
    label = _("About this site")
    order = ("id",)

    def values(self, now: dt.datetime) -> tuple:
        return ()

    def visible(self) -> QuerySet:
        return SitePage.objects.only(*SHOWN)

    def hit(self, row: SitePage, words: Sequence[str]) -> Hit:
        title, body, _language = row.words(get_language())
        return Hit(
            title=mark(title, words),
            url=row.get_absolute_url(),
            snippet=snippet(plain_text(body), words),
            kind=self.label,
        )


SOURCE = PageSource()


def register() -> None:
    registry.register(SOURCE.key, SOURCE)
