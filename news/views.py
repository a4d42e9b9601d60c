"""What the public reads; each view picks a set and a template."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from content import pagecache
from content.pagination import page_of
from news import kinds, seo
from news.front_page import related
from news.kinds import pages
from news.models import Article, Section, Tag
from news.querysets import ArticleQuerySet

PER_PAGE = 12
RELATED = 3
TAGS = 8


@pagecache.public("news", query=["page"])
def article_list(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.published(request.now).for_cards()
    page = page_of(articles, request, PER_PAGE)
    tags = Tag.objects.popular(request.now, TAGS) if page.number == 1 else ()
    context = {
        "page": page,
        "chips": _section_chips(request),
        "kinds": _kind_chips(request),
        "tags": [_chip(tag) for tag in tags],
    }
    return render(request, "news/list.html", context)


@pagecache.public("news", query=["page"])
def section(request: HttpRequest, slug: str) -> HttpResponse:
    here = get_object_or_404(Section, slug=slug)
    articles = Article.objects.published(request.now).for_cards()
    page = page_of(articles.filter(section=here), request, PER_PAGE)
    chips = _section_chips(request, here)
    context = {"section": here, "page": page, "chips": chips}
    return render(request, "news/section.html", context)


@pagecache.public("news", counted=True)
def article(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The number finds the article; a wrong or old slug leads to the right one."""
    published = Article.objects.published(request.now)
    published = published.select_related("section", "cover", "fact_check")
    published = published.prefetch_related("tags")
    found = get_object_or_404(published, pk=pk)
    if request.path != found.get_absolute_url():
        return redirect(found, permanent=True)
    read_on = related(found, request.now, RELATED)
    others = [] if read_on else published.exclude(pk=found.pk).for_cards()[:RELATED]
    context = {
        "article": found,
        "warns": any(tag.warns for tag in found.tags.all()),
        "related": read_on,
        "others": others,
        "kind": pages.shown(found),
        "share": seo.share_picture(found),
        "json_ld": seo.json_ld(found),
    }
    response = render(request, "news/article.html", context)
    return pages.let_in(response, found)


@pagecache.public("news", query=["page"])
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything about one thing, whatever its section."""
    here = get_object_or_404(Tag, slug=slug)
    articles = Article.objects.published(request.now).filter(tags=here)
    context = {"title": here.name, "kicker": _("Tag"), "warns": here.warns}
    return _selection(request, articles, context)


@pagecache.public("news", query=["page"])
def kind(request: HttpRequest, address: str) -> HttpResponse:
    """Everything of one kind: all films, all guides."""
    found = [one for one, known in kinds.ADDRESSES.items() if known == address]
    if not found:
        raise Http404
    here = found[0]
    if here == Article.Kind.DOCUMENT:
        return redirect("news:documents", permanent=True)
    articles = Article.objects.published(request.now).filter(kind=here)
    context = {"title": Article.Kind(here).label, "kicker": _("Kind")}
    context["chips"] = _kind_chips(request, here)
    return _selection(request, articles, context)


@pagecache.public("news", query=["page"])
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Everything published in one month of Vietnam."""
    if not (1 <= month <= 12 and 1990 <= year <= 2200):
        raise Http404
    articles = Article.objects.published(request.now).in_month(year, month)
    title = _("News of %(month)s/%(year)s") % {"month": month, "year": year}
    archive = {"parent": _("Archive"), "parent_url": reverse("news:archive")}
    return _selection(request, articles, {"title": title, **archive})


@pagecache.public("news")
def archive(request: HttpRequest) -> HttpResponse:
    """All months in which something was published, the latest first."""
    months = Article.objects.published(request.now).by_month()
    return render(request, "news/archive.html", {"months": months})


def _selection(
    request: HttpRequest, articles: ArticleQuerySet, context: dict
) -> HttpResponse:
    page = page_of(articles.for_cards(), request, PER_PAGE)
    return render(request, "news/selection.html", {"page": page, **context})


def _chip(tag: Tag) -> dict:
    return {"label": tag.name, "url": tag.get_absolute_url()}


def _section_chips(request: HttpRequest, here: Section | None = None) -> list[dict]:
    """The sections a reader may choose from; an empty one shows only when open."""
    sections = list(Section.objects.with_articles(request.now))
    if here and here not in sections:
        sections.append(here)
    everything = reverse("news:list")
    chips = [{"label": _("All"), "url": everything, "current": here is None}]
    chips += [
        {"label": s.name, "url": s.get_absolute_url(), "current": s == here}
        for s in sections
    ]
    return chips


def _kind_chips(request: HttpRequest, here: str | None = None) -> list[dict]:
    """The kinds in which a reader finds something, and the one that is open."""
    there = Article.objects.published(request.now).kinds()
    return [
        {
            "label": kind.label,
            "url": reverse("news:kind", args=[kinds.ADDRESSES[kind]]),
            "current": kind == here,
        }
        for kind in Article.Kind
        if kind in there or kind == here
    ]
