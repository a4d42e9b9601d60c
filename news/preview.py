"""An article as it will look, for staff and for whoever was sent a link."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from news import article_page, revisions
from news.kinds import pages
from news.models import Article

# Long enough for a partner's director to answer, short enough to be forgotten.
LINK_LIFETIME = dt.timedelta(days=3)
SALT = "news.preview"


def link(article: Article, *, now: dt.datetime) -> tuple[str, dt.datetime]:
    """A full address that shows the newest text without an account, and its end."""
    until = (now + LINK_LIFETIME).replace(second=0, microsecond=0)
    token = signing.dumps([article.pk, int(until.timestamp())], salt=SALT)
    return settings.SITE_URL + reverse("news:preview", args=[token]), until


def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The newest text of the article, for as long as the link says."""
    try:
        pk, until = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    article = get_object_or_404(
        Article.objects.select_related("section", "cover"), pk=pk
    )
    # What was taken down is for the staff again, whoever was sent a link before.
    taken_down = article.state == Article.State.ARCHIVED
    if taken_down or request.now.timestamp() >= until:
        response = render(request, "news/preview_ended.html", status=410)
        return _private(response)
    return show(request, article)


def show(request: HttpRequest, article: Article) -> HttpResponse:
    """The page of the article with its newest text, for no cache and no robot."""
    revisions.overlay(article)
    article.publish_at = article.publish_at or request.now
    kind = pages.shown(article)
    tags = list(article.tags.all())
    parts = article_page.parts([article], tags, kind=kind, preview=True)
    response = render(
        request, "news/article.html", {"article": article, "parts": parts}
    )
    return _private(pages.let_in(response, article))


def _private(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
