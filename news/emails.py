"""The letters to writers: their text came back, their article is out."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mail import actions as outbox
from mail import kinds
from mail.models import Letter
from mail.rendering import render
from members.models import User
from news.models import Article

ABOUT = "news.article"
RETURNED = "news.returned"
PUBLISHED = "news.published"
# A letter that says "your article is out" days later would puzzle its reader.
OF_USE = dt.timedelta(days=2)


def returned(article: Article, *, by: User | None, now: dt.datetime) -> None:
    """The text needs another hand; says whose remark it is and links to the form."""
    _queue(RETURNED, article, by=by, at=now, now=now)


def published(article: Article, *, by: User | None, now: dt.datetime) -> None:
    """The article is out: leaves at the very minute it goes out."""
    at = max(article.publish_at, now)
    _queue(PUBLISHED, article, by=by, at=at, now=now)


def recheck_published(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """A time that was moved or taken back makes the letter untrue."""
    article = Article.objects.published(now).filter(pk=letter.about_id).first()
    if article and letter.fingerprint == moment(article.publish_at):
        return kinds.KEEP
    return kinds.Drop(gettext("The article is not out, or went out at another time."))


def register_kinds() -> None:
    kinds.register(
        RETURNED, kinds.LetterKind(label=_("Article sent back"), waits=kinds.Wait.TET)
    )
    kinds.register(
        PUBLISHED,
        kinds.LetterKind(
            label=_("Article published"),
            waits=kinds.Wait.MORNING,
            recheck=recheck_published,
        ),
    )


def _queue(
    kind: str,
    article: Article,
    *,
    by: User | None,
    at: dt.datetime,
    now: dt.datetime,
) -> None:
    """To the writer, unless the writer pressed the button."""
    writer = _writer(article)
    if writer is None or writer == by or not writer.is_active or not writer.email:
        return
    form = reverse("admin:news_article_change", args=[article.pk])
    seen = {
        "name": writer.display_name,
        "by": by.display_name if by else "",
        "article": article,
        "form_url": settings.SITE_URL + form,
        "page_url": settings.SITE_URL + article.get_absolute_url(),
    }
    once = moment(at)
    outbox.queue(
        kind=kind,
        address=writer.email,
        content=render(kind.replace(".", "/"), seen),
        now=now,
        recipient=writer.person_id,
        about=(ABOUT, article.pk),
        dedupe_key=f"{kind}:{article.pk}:{once}",
        not_before=at,
        not_after=at + OF_USE,
        fingerprint=once,
    )


def _writer(article: Article) -> User | None:
    """Who wrote the newest text; the one who began the article if nobody knows."""
    newest = article.revisions.select_related("author__person").first()
    return newest.author if newest and newest.author else article.created_by


def moment(time: dt.datetime) -> str:
    """A time as keys and fingerprints hold it."""
    return f"{time.astimezone(dt.UTC):%Y%m%d%H%M%S}"
