"""The kinds of articles: what each keeps beyond the text, and how it shows.

`Article.details` holds the facts of a kind as JSON, a part of the text: versions,
comparing, the two-person rule and the preview hold for them as for every word. `of`
gives them back with their types.
"""

from __future__ import annotations

from collections.abc import Mapping

from content import mending
from content.models import Picture
from news.kinds.document import Document
from news.kinds.guide import Guide
from news.kinds.infographic import Infographic
from news.kinds.reportage import Reportage
from news.kinds.shapes import Details, Missing
from news.kinds.video import Video
from news.models import Article

Kind = Article.Kind

SHAPES: dict[str, type[Details]] = {
    Kind.INFOGRAPHIC: Infographic,
    Kind.VIDEO: Video,
    Kind.REPORTAGE: Reportage,
    Kind.GUIDE: Guide,
    Kind.DOCUMENT: Document,
}
WRITTEN = {
    *("alternative", "caption", "issuer", "tested_with", "text", "title"),
    *("transcript", "type"),
}
"""What of the details people write or paste, whatever the kind."""
ADDRESSES = {
    Kind.ARTICLE: "bai-viet",
    Kind.INFOGRAPHIC: "infographic",
    Kind.VIDEO: "video",
    Kind.REPORTAGE: "phong-su",
    Kind.GUIDE: "huong-dan",
    Kind.DOCUMENT: "van-ban",
}
"""How the list of a kind is called in its address."""


def of(article: Article) -> Details | None:
    """The facts of the article's kind; None for one that has none of its own."""
    return read(article.kind, article.details)


def read(kind: str, details: object) -> Details | None:
    shape = SHAPES.get(kind)
    if shape is None:
        return None
    return shape.read(details if isinstance(details, Mapping) else {})


def words(kind: str, details: object, *, named: bool = False) -> str:
    """What a person reads of the details; with `named`, pictures by their name."""
    found = read(kind, details)
    if found is None:
        return ""
    return found.words(_names(found.pictures()) if named else {})


def mended(kind: str, details: dict) -> dict:
    """The details with what people wrote repaired; keys, days and numbers stay."""
    return _mended(details) if kind in SHAPES else details


def _mended(value, name: str = ""):
    if isinstance(value, Mapping):
        return {key: _mended(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_mended(part, name) for part in value]
    return mending.mend(value) if name in WRITTEN and isinstance(value, str) else value


def pictures_of(article: Article) -> list[Picture]:
    """The pictures that the details show, in their order; one query at most."""
    found = of(article)
    wanted = found.pictures() if found else []
    rows = Picture.objects.in_bulk(wanted) if wanted else {}
    return [rows[pk] for pk in wanted if pk in rows]


def why_not_complete(article: Article) -> Missing | None:
    """What the kind, or the origin, of the article still asks for."""
    found = of(article)
    if article.origin == Article.Origin.LINK_OUT:
        return _missing_of_link(article)
    if article.origin == Article.Origin.PARTNER:
        if not article.source_name:
            return Missing.SOURCE
        if not article.permission:
            return Missing.PERMISSION
    return found.missing(article) if found else None


def needs_text(article: Article) -> bool:
    """An article is its text; the other kinds may stand without one."""
    is_own = article.origin != Article.Origin.LINK_OUT
    return is_own and article.kind == Kind.ARTICLE


def _missing_of_link(article: Article) -> Missing | None:
    """Decree 147/2024: a title, a few words of ours and the source, no more."""
    if not article.source_name:
        return Missing.SOURCE
    if not article.source_url:
        return Missing.SOURCE_ADDRESS
    if len(article.lead.split()) > Article.LINK_OUT_WORDS:
        return Missing.TOO_MANY_WORDS
    return Missing.OWN_TEXT if article.body.strip() else None


def _names(pictures: list[int]) -> dict[int, str]:
    rows = Picture.objects.filter(pk__in=pictures).values_list("pk", "title")
    gone = dict.fromkeys(pictures, "–")
    return gone | dict(rows) if pictures else {}


__all__ = [
    "ADDRESSES",
    "SHAPES",
    "Details",
    "Missing",
    "mended",
    "needs_text",
    "of",
    "pictures_of",
    "read",
    "why_not_complete",
    "words",
]
