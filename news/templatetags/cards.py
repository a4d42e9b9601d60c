"""The card of an article, made once for all lists that show it."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from content import kept
from content.prepared import Rows
from news.models import Article

register = template.Library()

KEPT = 4000
"""Cards of about a kilobyte; in a list made anew after a change one card is new."""


@register.simple_tag
def article_card(article, level=None, lead=False, eager=False):
    """{% article_card article level=2 eager=True %}: see components/card.html."""
    return _card(_Shown(article), level, lead, eager, get_language())


@register.simple_tag
def article_cards(articles, level=None, eager=False):
    """{% article_cards page.object_list level=2 eager=True %}: a grid of them.

    That of a prepared query is kept as a whole.
    """
    facts = {"articles": articles, "level": level, "eager": eager}
    if isinstance(articles, Rows):
        return kept.render("news/components/article_cards.html", facts)
    return render_to_string("news/components/article_cards.html", facts)


class _Shown:
    """An article by what its card shows: equal ones look the same."""

    def __init__(self, article: Article) -> None:
        self.article = article
        section, cover = article.section, article.cover
        check = getattr(article, "fact_check", None)
        self.facts = (
            *(article.pk, article.slug, article.title, article.lead),
            *(article.kind, article.origin, article.source_name),
            article.publish_at,
            check and (check.verdict, check.mark),
            *(section.slug, section.name),
            cover
            and (cover.pk, cover.alt, cover.focus, cover.state, repr(cover.renditions)),
        )
        self._hash = hash(self.facts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shown) and self.facts == other.facts


@lru_cache(maxsize=KEPT)
def _card(
    shown: _Shown, level: int | None, lead: bool, eager: bool, language: str
) -> SafeString:
    context = {"article": shown.article, "level": level, "lead": lead, "eager": eager}
    # The key stays; what it was made from may go.
    shown.article = None
    return render_to_string("news/components/article_card.html", context)
