"""An article's own page: its head, and all between the menu and the footer.

Both are kept by the rows they are made from. When something is published, all pages of
the news are made anew; but what stands on this one is mostly as it was.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from content import identity, kept
from content.pictures import in_text
from content.prepared import Rows
from news.kinds.pages import Shown
from news.models import Article, Tag

HEAD = "news/components/article_head.html"
CONTENT = "news/components/article_page.html"


def parts(
    articles: Sequence[Article],
    tags: Sequence[Tag],
    *,
    related: Sequence[Article] = (),
    others: Sequence[Article] = (),
    kind: Shown | None = None,
    preview: bool = False,
) -> dict[str, SafeString]:
    """`head` and `content` of the one article in `articles`."""
    about = {"articles": articles, "tags": tags, "preview": preview, "kind": kind}
    about["portal"] = identity.current()
    shown = {"related": related, "others": others}
    # Pictures within the text are rows of their own, which are not told here.
    if isinstance(articles, Rows) and not kind and not in_text.keys(articles[0].body):
        make = kept.render
    else:
        make = render_to_string
    return {"head": make(HEAD, about), "content": make(CONTENT, about | shown)}
