"""What search engines and chats are told about an article."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from content import identity, share_card, soft_cache
from content.models import Picture
from news.kinds.guide import Step
from news.kinds.pages import Shown
from news.kinds.video import Video
from news.models import Article, FactCheck, Tag

A_DAY = 24 * 3600
# Ends a script element or begins a comment in HTML, means the same in JSON.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def share_picture(article: Article) -> dict[str, Any]:
    """The picture that a link to the article is shown with: url, width, height, alt.

    The cover; without one a card with the title, drawn when it is asked for.
    """
    if article.cover:
        share = article.cover.share
        url = settings.SITE_URL + share["url"]
        size = {"width": share["width"], "height": share["height"]}
        return size | {"url": url, "alt": article.cover.alt}
    path = reverse("news:share_card", args=[article.pk, _mark(article)])
    width, height = share_card.SIZE
    url = settings.SITE_URL + path
    return {"url": url, "width": width, "height": height, "alt": article.title}


def json_ld(
    article: Article, tags: Iterable[Tag], shown: Shown | None = None
) -> SafeString:
    """schema.org's NewsArticle, and ClaimReview with it; safe in a script element.

    `shown` is the part of its kind as it stands on the page.

    Source: schema.org/NewsArticle and the search engines' guide for articles.
    """
    owner = identity.current()
    picture = share_picture(article)
    page = settings.SITE_URL + article.get_absolute_url()
    publisher = {"@type": "Organization", "name": owner.owner, "url": settings.SITE_URL}
    author = {"@type": "Organization", "name": article.byline or owner.owner}
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.lead,
        "mainEntityOfPage": page,
        "datePublished": article.publish_at.isoformat(),
        "dateModified": max(article.publish_at, article.updated_at).isoformat(),
        "inLanguage": "vi",
        "articleSection": article.section.name,
        "keywords": [tag.name for tag in tags],
        "isAccessibleForFree": True,
        "image": {
            "@type": "ImageObject",
            "url": picture["url"],
            "width": picture["width"],
            "height": picture["height"],
        },
        "author": author,
        "publisher": publisher,
    }
    more = _of_kind(shown, article, told)
    if check := getattr(article, "fact_check", None):
        more.append(_claim_review(check, page, publisher))
    text = json.dumps(
        [told, *more] if more else told, ensure_ascii=False, separators=(",", ":")
    )
    return mark_safe(text.translate(_ESCAPES))


def _of_kind(
    shown: Shown | None, article: Article, told: dict[str, Any]
) -> list[dict[str, Any]]:
    """schema.org's VideoObject or HowTo beside the article, where it is one."""
    facts = shown.context if shown else {}
    video = facts.get("video")
    if video and (video.film or video.elsewhere):
        return [_video_object(article, video, told)]
    if "guide" in facts:
        return [_how_to(article, facts["steps"], told)]
    return []


def _video_object(
    article: Article, video: Video, told: dict[str, Any]
) -> dict[str, Any]:
    """Source: schema.org/VideoObject; name, thumbnail and day are what engines ask."""
    film = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": article.title,
        "description": article.lead,
        "thumbnailUrl": told["image"]["url"],
        "uploadDate": told["datePublished"],
        "inLanguage": "vi",
        "publisher": told["publisher"],
    }
    if video.transcript:
        film["transcript"] = video.transcript
    if video.elsewhere:
        return film | {"embedUrl": video.player, "url": video.link}
    path = reverse("news:file", args=[video.film])
    return film | {"contentUrl": settings.SITE_URL + path}


def _how_to(
    article: Article, placed: list[tuple[Step, Picture | None]], told: dict[str, Any]
) -> dict[str, Any]:
    """Source: schema.org/HowTo; each step leads to its place on the page."""
    steps = []
    for number, (step, picture) in enumerate(placed, start=1):
        row = {
            "@type": "HowToStep",
            "position": number,
            "name": step.title or step.text,
            "text": step.text or step.title,
            "url": f"{told['mainEntityOfPage']}#buoc-{number}",
        }
        if picture:
            row["image"] = settings.SITE_URL + picture.share["url"]
        steps.append(row)
    return {
        "@context": "https://schema.org",
        "@type": "HowTo",
        "name": article.title,
        "description": article.lead,
        "inLanguage": "vi",
        "step": steps,
    }


# From schema.org/ClaimReview: 1 is false, 5 is true; no number where nobody knows.
_RATINGS = {
    FactCheck.Verdict.FALSE: 1,
    FactCheck.Verdict.PARTLY_FALSE: 3,
    FactCheck.Verdict.TRUE: 5,
}


def _claim_review(check: FactCheck, page: str, publisher: dict) -> dict[str, Any]:
    """The verdict for search engines, in the language of the article."""
    with translation.override("vi"):
        rating = {"@type": "Rating", "alternateName": check.get_verdict_display()}
    if check.verdict in _RATINGS:
        rating |= {"ratingValue": _RATINGS[check.verdict]}
        rating |= {"bestRating": 5, "worstRating": 1}
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": page,
        "claimReviewed": check.claim,
        "datePublished": check.checked_on.isoformat(),
        "author": publisher,
        "reviewRating": rating,
        "reviewBody": check.finding,
        "citation": check.source_url,
        "itemReviewed": {"@type": "Claim", "name": check.claim},
        "inLanguage": "vi",
    }


def card(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """The drawn card of a public article; an old address leads to today's."""
    published = Article.objects.published(request.now).select_related("section")
    article = get_object_or_404(published, pk=pk)
    if article.cover_id:
        raise Http404
    today = _mark(article)
    if mark != today:
        return redirect("news:share_card", pk=pk, mark=today)
    key = f"news.share_card.{today}"
    picture = soft_cache.get(key)
    if picture is None:
        owner = identity.current()
        picture = share_card.draw(
            title=article.title,
            kicker=article.section.name,
            foot=f"{owner.name} · {owner.owner}",
        )
        soft_cache.keep(key, picture, A_DAY)
    response = HttpResponse(picture, content_type="image/jpeg")
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


def _mark(article: Article) -> str:
    """Changes with the words on the card, so that chats fetch the new one."""
    owner = identity.current()
    words = [article.title, article.section.name, owner.name, owner.owner]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]
