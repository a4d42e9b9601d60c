"""What changes the public pages of the news, and when they change by themselves."""

from __future__ import annotations

import datetime as dt

from content import pagecache
from news.models import (
    Article,
    FactCheck,
    FrontPageSlot,
    KitItem,
    SafetyAdvice,
    SafetyContact,
    Section,
    Tag,
)

AREA = "news"


def next_moment(now: dt.datetime) -> dt.datetime | None:
    """When an article goes out or is taken down, or a place on the front page ends."""
    published = Article.objects.filter(state=Article.State.PUBLISHED)
    ahead = [
        published.filter(**{f"{field}__gt": now})
        .order_by(field)
        .values_list(field, flat=True)
        .first()
        for field in ("publish_at", "expire_at")
    ]
    ahead.append(pagecache.soonest(FrontPageSlot.objects.all(), "until", now=now))
    return min((moment for moment in ahead if moment), default=None)


def register() -> None:
    tags = Article.tags.through
    for model in (Article, tags, Section, Tag, FrontPageSlot, FactCheck):
        pagecache.watch(model, AREA)
    for model in (SafetyAdvice, SafetyContact, KitItem):
        pagecache.watch(model, AREA)
    pagecache.moments(AREA, next_moment)
