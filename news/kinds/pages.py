"""How the facts of a kind stand on the article's page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse

from content.files import size_text
from content.models import Picture
from news import files, kinds
from news.kinds.document import Document
from news.kinds.guide import Guide
from news.kinds.hosts import HOSTS
from news.kinds.infographic import Infographic
from news.kinds.reportage import Reportage
from news.kinds.video import Video
from news.models import Article, ArticleFile

Use = ArticleFile.Use


@dataclass(frozen=True)
class Shown:
    """A template with what it needs; `opens`: above the text, in the cover's place."""

    template: str
    opens: bool
    shows_cover: bool = False
    """The cover is among its pictures already."""
    context: dict[str, Any] = field(default_factory=dict)


def shown(article: Article) -> Shown | None:
    """The part of the page that is the kind's; None where there is nothing to show.

    One query for all pictures, one for each file.
    """
    if article.origin == Article.Origin.LINK_OUT:
        return None
    found = kinds.of(article)
    if found is None:
        return None
    pictures = {picture.pk: picture for picture in kinds.pictures_of(article)}
    context = _context(found, article, pictures)
    if not context:
        return None
    return Shown(found.template, found.opens, article.cover_id in pictures, context)


def let_in(response: HttpResponse, article: Article) -> HttpResponse:
    """The player of a film elsewhere may be framed, on the page of this film only."""
    found = kinds.of(article)
    if isinstance(found, Video) and found.elsewhere:
        response._csp_update = {"frame-src": [HOSTS[found.host].frame]}
    return response


def _context(found, article: Article, pictures: dict[int, Picture]) -> dict[str, Any]:
    match found:
        case Infographic():
            placed = _placed(found, pictures)
            words = found.alternative
            return {"placed": placed, "alternative": words} if placed or words else {}
        case Reportage():
            placed = _placed(found, pictures)
            return {"placed": placed} if placed else {}
        case Guide():
            steps = [(step, pictures.get(step.picture)) for step in found.steps]
            return {"guide": found, "steps": steps} if steps else {}
        case Video():
            return _film(found, article)
        case Document():
            return _document(found, article)
    return {}


def _placed(found, pictures: dict[int, Picture]) -> list[tuple[Picture, str]]:
    known = [one for one in found.placed if one.picture in pictures]
    return [(pictures[one.picture], one.caption) for one in known]


def _film(found: Video, article: Article) -> dict[str, Any]:
    if not (found.film or found.elsewhere or found.transcript):
        return {}
    return {
        "video": found,
        "poster": article.cover,
        "title": article.title,
        "film": files.by_key(found.film, use=Use.FILM),
        "captions": files.by_key(found.captions, use=Use.CAPTIONS),
    }


def _document(found: Document, article: Article) -> dict[str, Any]:
    file = files.by_key(found.file, use=Use.DOCUMENT)
    size = size_text(file.size) if file else ""
    return {"document": found, "file": file, "size": size, "article_id": article.pk}
