"""What the front page and the foot of an article offer to read."""

from __future__ import annotations

import datetime as dt

from news.models import Article


def front_page(now: dt.datetime, count: int) -> list[Article]:
    """`count` articles for the home page: the chosen ones, then the newest.

    In two queries, so that the newest are found by their index.
    """
    chosen = list(Article.objects.chosen(now).for_cards()[:count])
    newest = Article.objects.published(now).for_cards()
    newest = newest.exclude(pk__in=[article.pk for article in chosen])
    return chosen + list(newest[: count - len(chosen)])


def related(article: Article, now: dt.datetime, count: int) -> list[Article]:
    """What else to read: the newest under the same tags, then of the same section."""
    others = Article.objects.published(now).exclude(pk=article.pk).for_cards()
    tags = [tag.pk for tag in article.tags.all()]
    found: list[Article] = []
    if tags:
        sharing = Article.tags.through.objects.filter(tag__in=tags)
        found = list(others.filter(pk__in=sharing.values("article"))[:count])
    if len(found) < count:
        known = [row.pk for row in found]
        of_section = others.filter(section=article.section_id).exclude(pk__in=known)
        found += of_section[: count - len(found)]
    return found
