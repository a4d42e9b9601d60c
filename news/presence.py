"""Who else has an article's form open: a hint for people, never a lock.

Kept in the cache for ten minutes after the last sign of life; without the cache
nobody is named, and the check of versions still keeps every text.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from content import soft_cache
from members.models import User
from news.models import Article

FRESH = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Reader:
    """A colleague with the form open, and since when."""

    name: str
    at: dt.datetime


def seen(article: Article, user: User, now: dt.datetime) -> list[Reader]:
    """Note that `user` has the form open; the others who lately had, latest first."""
    key = f"news.open.{article.pk}"
    name = user.display_name
    known = soft_cache.get(key) or {}
    fresh = {who: row for who, row in known.items() if now - row[1] < FRESH}
    me = {user.pk: (name, now)}
    soft_cache.keep(key, fresh | me, FRESH.total_seconds())
    others = [Reader(*row) for who, row in fresh.items() if who != user.pk]
    return sorted(others, key=lambda reader: reader.at, reverse=True)
