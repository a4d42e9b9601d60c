"""What is read most, and how often an article was read; nothing about who read it.

The counts come from the page cache (content.pagecache.readers): robots are left out,
and readers whom a cache in front of the portal answered are not counted.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    F,
    Func,
    IntegerField,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Right
from django.urls import reverse

from content.models import PageViews
from content.prepared import Rows, prepared
from news.models import Article
from vietnam.dates import local_day

WEEK = 7
MONTH = 30
_NUMBER = r"-([0-9]{1,18})/$"
_LONGEST = 20  # characters of what _NUMBER finds
# Addresses that were read but whose article is gone must not leave gaps; nor must all
# the other pages of the news, which are one of them.
_CANDIDATES = 21


def most_read(now: dt.datetime, count: int) -> Rows:
    """The articles read most in the last seven days, today included; one query.

    No more than 20; `count` of them.
    """
    return _most_read(now, _first_of(local_day(now), WEEK), limit=count)


@prepared
def _most_read(now: dt.datetime, first: dt.date) -> QuerySet[Article]:
    totals = _of_articles(first).values("number").annotate(total=Sum("count"))
    top = totals.order_by("-total", "-number")[:_CANDIDATES].values("number")
    found = Article.objects.published(now).filter(pk__in=top)
    # An array is made once; a subquery for each candidate would count all anew.
    place = Func(
        ArraySubquery(top),
        F("pk"),
        function="array_position",
        output_field=IntegerField(),
    )
    return found.order_by(place).only("title", "slug", "publish_at")


def readers_of(article: Article, now: dt.datetime, days: int = MONTH) -> int:
    """How often the article's page was read in the last `days` days."""
    rows = PageViews.objects.since(_first_of(local_day(now), days))
    rows = rows.filter(path=article.get_absolute_url())
    return rows.aggregate(total=Sum("count", default=0))["total"]


def _of_articles(first: dt.date) -> QuerySet[PageViews]:
    """Counts since that day of pages of the news, by the article's number: `number`.

    That of all other pages is NULL: to leave them out would look at each path twice.
    """
    ending = Func(Right("path", _LONGEST), Value(_NUMBER), function="substring")
    rows = PageViews.objects.since(first).order_by()
    rows = rows.filter(path__startswith=reverse("news:list"))
    return rows.annotate(number=Cast(ending, BigIntegerField()))


def _first_of(today: dt.date, days: int) -> dt.date:
    return today - dt.timedelta(days=days - 1)
