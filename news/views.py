"""What the public reads; each view picks a set and a template."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from content.pagination import page_of
from news.models import Article, Section

PER_PAGE = 12
RELATED = 3


def article_list(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.published(request.now).for_cards()
    page = page_of(articles, request, PER_PAGE)
    chips = _section_chips(request)
    return render(request, "news/list.html", {"page": page, "chips": chips})


def section(request: HttpRequest, slug: str) -> HttpResponse:
    here = get_object_or_404(Section, slug=slug)
    articles = Article.objects.published(request.now).for_cards()
    page = page_of(articles.filter(section=here), request, PER_PAGE)
    chips = _section_chips(request, here)
    context = {"section": here, "page": page, "chips": chips}
    return render(request, "news/section.html", context)


def article(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The number finds the article; a wrong or old slug leads to the right one."""
    published = Article.objects.published(request.now)
    published = published.select_related("section", "cover")
    found = get_object_or_404(published, pk=pk)
    if request.path != found.get_absolute_url():
        return redirect(found, permanent=True)
    published = published.exclude(pk=found.pk).for_cards()
    related = published.filter(section=found.section_id)[:RELATED]
    others = [] if related else published[:RELATED]
    context = {"article": found, "related": related, "others": others}
    return render(request, "news/article.html", context)


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
