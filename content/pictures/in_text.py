"""Pictures inside rich text: which they are, who has no description, how they show.

Text holds plain `<img src="/media/pictures/KEY/...">`; what the page shows is made
from the row, so that sizes and descriptions can get better after the text was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from django.conf import settings
from django.template.loader import render_to_string

from content.models import FOLDER, KEY_LENGTH, Picture

# Tags as nh3 writes them: values in double quotes, < and > nowhere else.
_TAG = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b([a-z]+)="([^"]*)"')
# A text column of 42rem on a wide screen; a phone shows it from edge to edge, and at
# two thirds of its finest pixels nobody sees a difference but the bill.
_COLUMN = 672
_ON_PHONES = "66vw"


@dataclass(frozen=True, slots=True)
class Shown:
    """One `<img>` of a text."""

    tag: str
    attributes: dict[str, str]

    @property
    def key(self) -> str:
        """The key of the picture; "" where the address is no picture of ours."""
        path = rf"{re.escape(settings.MEDIA_URL)}{FOLDER}/([a-z0-9]{{{KEY_LENGTH}}})/"
        found = re.match(path, self.attributes.get("src", ""))
        return found[1] if found else ""

    @property
    def alt(self) -> str:
        return unescape(self.attributes.get("alt", "")).strip()


def shown(html: str) -> Iterator[Shown]:
    """Every picture of clean HTML, in its order."""
    for tag in _TAG.findall(html):
        yield Shown(tag, dict(_ATTRIBUTE.findall(tag)))


def pictures(html: str) -> list[Picture]:
    """The pictures of ours that a text shows; one query at most."""
    return list(_rows(keys(html)).values())


def keys(html: str) -> set[str]:
    return {picture.key for picture in shown(html)} - {""}


def undescribed(html: str) -> list[str]:
    """What staff call the pictures that lack a description where they stand."""
    mute = [picture for picture in shown(html) if not picture.alt]
    if not mute:
        return []
    known = _rows({picture.key for picture in mute})
    names = []
    for picture in mute:
        row = known.get(picture.key)
        if row is None or not row.is_described:
            names.append(row.title if row else picture.attributes["src"])
    return list(dict.fromkeys(names))


def dress(html: str) -> str:
    """The text with each picture of ours in all its sizes; one query at most."""
    rows = _rows(keys(html))

    def dressed(match: re.Match[str]) -> str:
        picture = Shown(match[0], dict(_ATTRIBUTE.findall(match[0])))
        row = rows.get(picture.key)
        return _rendered(picture, row) if row else match[0]

    return _TAG.sub(dressed, html) if rows else html


def _rows(wanted: set[str]) -> dict[str, Picture]:
    rows = Picture.objects.filter(key__in=wanted - {""}) if wanted - {""} else ()
    return {row.key: row for row in rows}


def _rendered(picture: Shown, row: Picture) -> str:
    """A width that the editor was told counts; the height follows from the picture."""
    told = int(picture.attributes.get("width", 0) or 0)
    width = min(told or row.width, row.width)
    column = min(width, _COLUMN)
    context = {
        "picture": row,
        "alt": picture.alt,
        "width": width,
        "height": max(1, round(row.height * width / row.width)),
        "sizes": f"(min-width: 60rem) {column}px, min({_ON_PHONES}, {column}px)",
    }
    return render_to_string("components/picture.html", context).strip()
