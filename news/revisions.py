"""The texts of an article: taking one down, putting one back, keeping the line of them.

No rule and no right is asked here; `news.actions` does that and calls these inside
its transaction, with the article's row locked.
"""

from __future__ import annotations

import datetime as dt
from itertools import takewhile
from typing import Any

from django.db.models import Field, QuerySet

from news.models import Article, Revision

# Saves of one author in this time are one version: editors save often, and a line of
# forty versions an afternoon is no history.
ONE_SITTING = dt.timedelta(minutes=10)

Text = dict[str, Any]


def text_of(article: Article) -> Text:
    """The text as it stands in the instance, by column, ready for JSON."""
    fields = map(article._meta.get_field, Article.TEXT)
    return {field.attname: field.value_from_object(article) for field in fields}


def put(text: Text, article: Article) -> None:
    """Write a text into the instance.

    What it does not know of stays, and so does the section or cover of the article
    where the text names one that has been deleted since.
    """
    for name in Article.TEXT:
        field = article._meta.get_field(name)
        if field.attname in text:
            value = field.to_python(text[field.attname])
            if _is_there(field, value, article):
                setattr(article, field.attname, value)


def _is_there(field: Field, value: Any, article: Article) -> bool:
    """Whether what the text names still exists: no foreign key holds it there."""
    if not field.is_relation or value in (None, getattr(article, field.attname)):
        return True
    return field.related_model._base_manager.filter(pk=value).exists()


def working(article: Article) -> Revision | None:
    """The newer text beside a live article, if there is one."""
    return article.revisions.filter(working=True).first()


def overlay(article: Article) -> Revision | None:
    """Let the instance show the newest text there is; the row stays as it is."""
    revision = working(article) if article.state in OUT else None
    if revision:
        put(revision.text, article)
    return revision


def standing(article: Article) -> QuerySet[Revision]:
    """The line without what was dropped: nobody is asked about that any more."""
    return article.revisions.filter(dropped_at=None)


def writer(article: Article) -> int | None:
    """The account whose text waits for a second pair of eyes; None: nobody's does.

    Whoever began the text since it was last approved. Somebody who only mends a line
    of another's text is that second pair of eyes.
    """
    rows = standing(article).values_list("author", "approved_at")
    unapproved = list(takewhile(lambda row: row[1] is None, rows))
    if unapproved:
        return unapproved[-1][0]
    return None if rows else article.created_by_id


def keep(
    article: Article,
    text: Text,
    *,
    by,
    now: dt.datetime,
    working: bool = False,
    restored_from: int | None = None,
) -> Revision:
    """Add a text to the line: to the version of the same sitting, or a new one."""
    newest = article.revisions.first()
    if newest and restored_from is None and _same_sitting(newest, by, now, working):
        newest.text, newest.saved_at = text, now
        newest.save(update_fields=["text", "saved_at"])
        return newest
    if working:
        article.revisions.filter(working=True).update(working=False)
    return Revision.objects.create(
        article=article,
        number=newest.number + 1 if newest else 1,
        text=text,
        author=by,
        created_at=now,
        saved_at=now,
        restored_from=restored_from,
        working=working,
    )


def _same_sitting(newest: Revision, by, now: dt.datetime, working: bool) -> bool:
    return (
        newest.author_id == (by.pk if by else None)
        and newest.working == working
        # What somebody else was asked to read stays as they read it.
        and newest.submitted_at is None
        and newest.returned_at is None
        and newest.approved_at is None
        and newest.dropped_at is None
        and newest.restored_from is None
        and now - newest.created_at < ONE_SITTING
    )


OUT = {Article.State.PUBLISHED, Article.State.ARCHIVED}
"""The states in which the row is what the public reads, or read."""
