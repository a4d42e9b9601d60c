"""What the front page and the foot of an article offer to read."""

from __future__ import annotations

import datetime as dt

from content.prepared import Rows
from news import lists
from news.models import Article


def front_page(now: dt.datetime, count: int) -> Rows:
    """`count` articles for the home page: the chosen ones, then the newest.

    In two queries, so that the newest are found by their index.
    """
    chosen = lists.chosen(now, limit=count)
    return chosen.then(lists.newest(now, limit=count))[:count]


def related(
    article: Article, now: dt.datetime, count: int, *, tagged: bool = True
) -> Rows:
    """What else to read: the newest under the same tags, then of the same section.

    Without `tagged` the caller knows that the article has no tags.
    """
    near = (article.pk, article.section_id, now)
    if not tagged:
        return lists.beside(*near, limit=count)
    found = lists.sharing_tags(article.pk, now, limit=count)
    if len(found) < count:
        # Some of the section may be known already.
        found = found.then(lists.beside(*near, limit=2 * count))[:count]
    return found
