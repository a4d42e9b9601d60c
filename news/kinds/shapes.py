"""What the kinds have in common: how details are read, and what may be missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.fields import clean_text
from news.models import Article

Raw = Mapping[str, Any]
Names = Mapping[int, str]
"""What staff call pictures, by their number."""


class Missing(models.TextChoices):
    """Why an article of a kind may not go out; each label is a sentence for staff."""

    PICTURES = "pictures", _("Add at least one picture.")
    ALTERNATIVE = (
        "alternative",
        _("Write out what the infographic says, for those who cannot see it."),
    )
    CAPTION = "caption", _("Each picture of the reportage needs its caption.")
    FILM = "film", _("Add the film: a file, or a link to YouTube or Vimeo.")
    POSTER = (
        "poster",
        _("Choose a cover picture: it stands there until the film is played."),
    )
    CAPTIONS = (
        "captions",
        _("Add the captions of the film, or say that nobody speaks in it."),
    )
    TRANSCRIPT = (
        "transcript",
        _("Write down what is said and shown, for those who cannot watch the film."),
    )
    STEPS = "steps", _("A guide needs at least one step.")
    TESTED = "tested", _("Say on which day somebody last went through the steps.")
    NUMBER = "number", _("Give the number of the document and who issued it.")
    ISSUED = "issued", _("Give the day on which the document was issued.")
    FILE = "file", _("Add the document itself as PDF or Word.")
    SOURCE = "source", _("Name the source.")
    SOURCE_ADDRESS = "source_address", _("Give the address of the source.")
    PERMISSION = (
        "permission",
        _("Write down who allowed the reprint, and when: the law asks for it."),
    )
    TOO_MANY_WORDS = (
        "too_many_words",
        _("A link to another site has at most 40 words of ours in its lead."),
    )
    OWN_TEXT = (
        "own_body",
        _("A link to another site has no text here. Move it, or change the origin."),
    )


class Details(Protocol):
    """The facts that one kind of article has beyond the others.

    `read` takes whatever a row or an old version holds and never fails; `as_details`
    gives what is kept as JSON.
    """

    template: ClassVar[str]
    opens: ClassVar[bool]
    """Whether it stands above the text and not below."""

    @classmethod
    def read(cls, raw: Raw) -> Self: ...

    def as_details(self) -> dict[str, Any]: ...

    def pictures(self) -> list[int]:
        """The pictures that it shows, in their order."""
        ...

    def missing(self, article: Article) -> Missing | None: ...

    def words(self, names: Names) -> str:
        """All of it that can be read, a line for each fact; pictures by their name."""
        ...


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture of the library in its place, with the words below it."""

    picture: int
    caption: str = ""

    @classmethod
    def read_all(cls, raw: object) -> tuple[Placed, ...]:
        rows = [row for row in _list(raw) if isinstance(row, Mapping)]
        placed = (cls(number(row, "picture"), text(row, "caption")) for row in rows)
        return tuple(one for one in placed if one.picture)

    def as_dict(self) -> dict[str, Any]:
        return {"picture": self.picture, "caption": self.caption}

    def words(self, names: Names) -> str:
        return lines(picture_words(self.picture, names), self.caption)


def picture_words(picture: int, names: Names) -> str:
    """ "" where nobody asked for names, as the search does not."""
    if not picture or picture not in names:
        return ""
    return gettext("Picture “%(name)s”") % {"name": names[picture]}


def text(raw: Raw, name: str) -> str:
    found = raw.get(name)
    return clean_text(found) if isinstance(found, str) else ""


def number(raw: Raw, name: str) -> int:
    found = raw.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def day(raw: Raw, name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text(raw, name))
    except ValueError:
        return None


def rows(raw: Raw, name: str) -> list[Raw]:
    return [row for row in _list(raw.get(name)) if isinstance(row, Mapping)]


def lines(*parts: str | Iterable[str]) -> str:
    """The parts that say something, one below the other."""
    groups = ([each] if isinstance(each, str) else each for each in parts)
    return "\n".join(part for group in groups for part in group if part)


def _list(raw: object) -> list:
    return raw if isinstance(raw, list) else []
