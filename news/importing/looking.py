"""Imported articles that somebody should look at: out already, and not as ours must be.

They were public before the move, so they go out as they are; what an article of ours
would be kept back for is listed in the admin until it is mended.
"""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from news import rules
from news.models import Article, ImportedArticle

AT_ONCE = 500


def needs_look(article: Article) -> bool:
    """Whether an article that is out would not go out today."""
    return article.state == Article.State.PUBLISHED and bool(
        rules.why_not_ready(article)
    )


def shortcomings(article: Article) -> list[str]:
    """What to look at, for the report of the import."""
    told = []
    if number := len(rules.undescribed_pictures(article)):
        sentence = ngettext(
            "%(number)d picture without a description",
            "%(number)d pictures without a description",
            number,
        )
        told.append(sentence % {"number": number})
    if hosts := rules.unconfirmed_hosts(article):
        told.append(gettext("links to %(hosts)s") % {"hosts": ", ".join(hosts[:5])})
    if number := len(rules.unknown_faces(article)):
        sentence = ngettext(
            "%(number)d picture of which nobody has said who can be recognised",
            "%(number)d pictures of which nobody has said who can be recognised",
            number,
        )
        told.append(sentence % {"number": number})
    return told


def look_again() -> int:
    """Take off the list what has been mended meanwhile; the number taken off."""
    listed = ImportedArticle.objects.filter(needs_look=True, article__isnull=False)
    rows = listed.select_related("article__cover").order_by("-article__updated_at")
    mended = [row.pk for row in rows[:AT_ONCE] if not needs_look(row.article)]
    return ImportedArticle.objects.filter(pk__in=mended).update(needs_look=False)
