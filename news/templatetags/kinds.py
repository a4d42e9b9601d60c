"""How a list marks the kind of an article."""

from typing import NamedTuple

from django import template

from news.models import Article

register = template.Library()

ICONS = {
    Article.Kind.INFOGRAPHIC: "picture",
    Article.Kind.VIDEO: "play",
    Article.Kind.REPORTAGE: "picture",
    Article.Kind.GUIDE: "guide",
    Article.Kind.DOCUMENT: "document",
}


class Mark(NamedTuple):
    """A word and a shape; both empty for an ordinary article."""

    word: str
    icon: str


@register.filter
def kind_mark(article: Article) -> Mark:
    """{% with mark=article|kind_mark %}: what it is, or whose when it leads away."""
    if article.origin == Article.Origin.LINK_OUT:
        return Mark(article.source_name, "out")
    icon = ICONS.get(article.kind)
    return Mark(article.get_kind_display(), icon) if icon else Mark("", "")
