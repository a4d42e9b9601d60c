"""The search page: every source's first hits, or one source page by page."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from content.pagination import page_number
from content.search.finding import CAP
from content.search.queries import Query, parse
from content.search.sources import Hits, SearchSource, registry
from content.templatetags.vietnamese import group_digits

PER_KIND = 4
PER_PAGE = 10


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
    return {"groups": groups, "chips": chips if len(groups) > 1 else []}


def _one(request: HttpRequest, query: Query, source: SearchSource) -> dict:
    number = page_number(request)
    offset = (number - 1) * PER_PAGE
    if offset >= CAP:
        raise Http404("no such page")
    hits = source.find(query, now=request.now, limit=PER_PAGE, offset=offset)
    if number > 1 and offset >= hits.reachable:
        raise Http404("no such page")
    page = Paginator(range(hits.reachable), PER_PAGE).page(number)
    page.object_list = hits.items
    everything = {"label": _("Everything"), "url": _url(query), "current": False}
    kinds = [
        {"label": one.label, "url": _url(query, one), "current": one is source}
        for one in registry
    ]
    return {
        "source": source,
        "hits": hits,
        "page": page,
        "count": count_text(hits),
        "chips": [everything, *kinds],
    }


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
    return f"{reverse('portal:search')}?{urlencode(fields)}"
