"""The search page: every source's first hits, or one source page by page.

Nothing found is no dead end: a spelling that finds something, what is new, what is
talked about.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from content.page_paths import page_path
from content.pagination import page_number
from content.search.finding import CAP
from content.search.queries import Query, parse
from content.search.sources import (
    Filter,
    Hits,
    NoSuchChoice,
    SearchSource,
    registry,
)
from content.search.words import near_queries
from content.templatetags.vietnamese import group_digits
from news.models import Article, Tag

PER_KIND = 4
PER_PAGE = 10
TRIED = 3
"""Spellings that are asked for before we give up."""
NEWEST = 3
TAGS = 8


@dataclass(frozen=True)
class Group:
    """What one source found, with the way to all of it."""

    source: SearchSource
    hits: Hits
    url: str

    @property
    def count(self) -> str:
        return count_text(self.hits)

    @property
    def more(self) -> str:
        """The way to all of it, when not all stands here."""
        return self.url if self.hits.count > len(self.hits.items) else ""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`?q=` asks all sources; `&loai=` one of them, `&page=` a page of it."""
    query = parse(request.GET.get("q", ""))
    kind = request.GET.get("loai", "")
    source = registry.get(kind)
    if kind and source is None:
        raise Http404("nothing of this kind can be searched")
    context = {"query": query, "q": query.text, "search_url": ""}
    if query and source:
        context |= _one(request, query, source)
    elif query:
        context |= _all(request, query)
    if query and not context["count_found"]:
        context |= _instead(request, query, narrowed=bool(context.get("chosen")))
    return render(request, "portal/search.html", context)


def _all(request: HttpRequest, query: Query) -> dict:
    groups = []
    for source in registry:
        hits = source.find(query, now=request.now, limit=PER_KIND)
        if hits.count:
            groups.append(Group(source, hits, _url(query, source)))
    chips = [
        {"label": group.source.label, "url": group.url, "count": _short(group.hits)}
        for group in groups
    ]
    return {
        "groups": groups,
        "chips": chips if len(groups) > 1 else [],
        "count_found": sum(group.hits.count for group in groups),
    }


def _one(request: HttpRequest, query: Query, source: SearchSource) -> dict:
    number = page_number(request)
    offset = (number - 1) * PER_PAGE
    if offset >= CAP:
        raise Http404("no such page")
    filters = source.filters(request.now)
    chosen = {
        one.key: request.GET[one.key] for one in filters if request.GET.get(one.key)
    }
    try:
        hits = source.find(
            query, now=request.now, limit=PER_PAGE, offset=offset, chosen=chosen
        )
    except NoSuchChoice as error:
        raise Http404("no such filter") from error
    if number > 1 and offset >= hits.reachable:
        raise Http404("no such page")
    page = Paginator(range(hits.reachable), PER_PAGE).page(number)
    page.object_list = hits.items
    everything = {"label": _("Everything"), "url": _url(query), "current": False}
    kinds = [
        {"label": one.label, "url": _url(query, one), "current": one is source}
        for one in registry
    ]
    offered = [_offered(one, chosen.get(one.key, "")) for one in filters]
    return {
        "source": source,
        "hits": hits,
        "page": page,
        "count": count_text(hits),
        "count_found": hits.count,
        "chips": [everything, *kinds],
        "filters": [one for one in offered if one["choices"]],
        "chosen": chosen,
        "without_filters": _url(query, source),
    }


def _offered(filter_: Filter, value: str) -> dict:
    """A filter with what was chosen of it; a choice that is not listed is added."""
    choices = filter_.choices
    if value and all(key != value for key, _label in choices):
        choices = [*choices, (value, value)]
    return {
        "id": f"f-{filter_.key}",
        "key": filter_.key,
        "label": filter_.label,
        "chosen": value,
        "choices": choices,
    }


def _instead(request: HttpRequest, query: Query, *, narrowed: bool) -> dict:
    """What to offer when nothing was found."""
    newest = Article.objects.published(request.now).for_cards()
    tags = Tag.objects.popular(request.now)[:TAGS]
    return {
        # Filters that leave nothing are no slip of the finger.
        "better": None if narrowed else _better(query, request.now),
        "newest": newest[:NEWEST],
        "tags": [{"label": tag.name, "url": tag.get_absolute_url()} for tag in tags],
    }


def _better(query: Query, now: dt.datetime) -> dict | None:
    """The likeliest spelling that finds something."""
    for text in near_queries(query)[:TRIED]:
        asked = parse(text)
        if any(source.find(asked, now=now, limit=1).count for source in registry):
            return {"text": text, "url": _url(asked)}
    return None


def count_text(hits: Hits) -> str:
    """ "12 results" or "more than 1,000 results"."""
    number = group_digits(hits.count)
    if hits.capped:
        return _("more than %(number)s results") % {"number": number}
    text = ngettext("%(number)s result", "%(number)s results", hits.count)
    return text % {"number": number}


def _short(hits: Hits) -> str:
    return group_digits(hits.count) + "+" * hits.capped


def _url(query: Query, source: SearchSource | None = None) -> str:
    fields = {"q": query.text} | ({"loai": source.key} if source else {})
    return f"{page_path('portal:search')}?{urlencode(fields)}"
