"""What the public reads; each view picks a set and a template."""

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from content import pagecache
from content.pagination import page_of, page_uncounted
from content.prepared import Rows
from news import article_page, kinds, lists
from news.front_page import related
from news.kinds import pages
from news.models import Article, Section, Tag

PER_PAGE = 12
RELATED = 3
TAGS = 8
NUMBERS_END = 2**63
"""No article has such a number, and PostgreSQL knows none."""

Chips = list[dict]


@pagecache.public("news", query=["page"])
def article_list(request: HttpRequest) -> HttpResponse:
    page = page_uncounted(lists.newest, request.now, request=request, per_page=PER_PAGE)
    tags = lists.popular_tags(request.now, limit=TAGS) if page.number == 1 else ()
    context = {
        "page": page,
        "chips": _section_chips(request),
        "kinds": _kind_chips(request),
        "tags": _chips_of_tags(tags) if tags else [],
    }
    return render(request, "news/list.html", context)


@pagecache.public("news", query=["page"])
def section(request: HttpRequest, slug: str) -> HttpResponse:
    here = get_object_or_404(Section, slug=slug)
    page = page_uncounted(
        lists.of_section, here.pk, request.now, request=request, per_page=PER_PAGE
    )
    chips = _section_chips(request, here)
    context = {"section": here, "page": page, "chips": chips}
    return render(request, "news/section.html", context)


@pagecache.public("news", counted=True)
def article(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The number finds the article; a wrong or old slug leads to the right one."""
    rows = lists.article(pk, request.now) if pk < NUMBERS_END else ()
    if not rows:
        raise Http404
    found = rows[0]
    if request.path != found.get_absolute_url():
        return redirect(found, permanent=True)
    tags = lists.tags_of(pk)
    read_on = related(found, request.now, RELATED, tagged=bool(tags))
    others = [] if read_on else lists.others(pk, request.now, limit=RELATED)
    parts = article_page.parts(
        rows, tags, related=read_on, others=others, kind=pages.shown(found)
    )
    context = {"article": found, "parts": parts}
    response = render(request, "news/article.html", context)
    return pages.let_in(response, found)


@pagecache.public("news", query=["page"])
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything about one thing, whatever its section."""
    here = get_object_or_404(Tag, slug=slug)
    page = page_uncounted(
        lists.tagged, here.pk, request.now, request=request, per_page=PER_PAGE
    )
    context = {"title": here.name, "kicker": _("Tag"), "warns": here.warns}
    return render(request, "news/selection.html", {"page": page, **context})


@pagecache.public("news", query=["page"])
def kind(request: HttpRequest, address: str) -> HttpResponse:
    """Everything of one kind: all films, all guides."""
    found = [one for one, known in kinds.ADDRESSES.items() if known == address]
    if not found:
        raise Http404
    here = found[0]
    if here == Article.Kind.DOCUMENT:
        return redirect("news:documents", permanent=True)
    page = page_uncounted(
        lists.of_kind, here, request.now, request=request, per_page=PER_PAGE
    )
    context = {"title": Article.Kind(here).label, "kicker": _("Kind")}
    context["chips"] = _kind_chips(request, here)
    return render(request, "news/selection.html", {"page": page, **context})


@pagecache.public("news", query=["page"])
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Everything published in one month of Vietnam."""
    if not (1 <= month <= 12 and 1990 <= year <= 2200):
        raise Http404
    articles = Article.objects.published(request.now).in_month(year, month)
    title = _("News of %(month)s/%(year)s") % {"month": month, "year": year}
    archive = {"parent": _("Archive"), "parent_url": reverse("news:archive")}
    page = page_of(articles.for_cards(), request, PER_PAGE)
    context = {"page": page, "title": title, **archive}
    return render(request, "news/selection.html", context)


@pagecache.public("news")
def archive(request: HttpRequest) -> HttpResponse:
    """All months in which something was published, the latest first."""
    months = Article.objects.published(request.now).by_month()
    return render(request, "news/archive.html", {"months": months})


def _section_chips(request: HttpRequest, here: Section | None = None) -> Chips:
    """The sections a reader may choose from; an empty one shows only when open."""
    open_one = (here.name, here.get_absolute_url()) if here else None
    return _chips_of_sections(lists.sections(request.now), open_one, get_language())


def _kind_chips(request: HttpRequest, here: str | None = None) -> Chips:
    """The kinds in which a reader finds something, and the one that is open."""
    return _chips_of_kinds(lists.kinds(request.now), here, get_language())


# Dozens of addresses, the same for weeks: kept by what they are made from.
@lru_cache(maxsize=64)
def _chips_of_sections(
    sections: Rows, here: tuple[str, str] | None, language: str
) -> Chips:
    chips = [(_("All"), reverse("news:list"))]
    chips += [(section.name, section.get_absolute_url()) for section in sections]
    if here and here not in chips:
        chips.append(here)
    chosen = here or chips[0]
    return [
        {"label": label, "url": url, "current": (label, url) == chosen}
        for label, url in chips
    ]


@lru_cache(maxsize=64)
def _chips_of_kinds(there: Rows, here: str | None, language: str) -> Chips:
    found = {kind for (kind,) in there} | {here}
    return [
        {
            "label": str(kind.label),
            "url": reverse("news:kind", args=[kinds.ADDRESSES[kind]]),
            "current": kind == here,
        }
        for kind in Article.Kind
        if kind in found
    ]


@lru_cache(maxsize=64)
def _chips_of_tags(tags: Rows) -> Chips:
    return [{"label": tag.name, "url": tag.get_absolute_url()} for tag in tags]
