"""What changed between two texts, word by word, for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from django.utils.translation import gettext_lazy as _

from content.richtext import plain_text
from news import kinds
from news.models import Article
from news.revisions import Text

# A word with the space behind it, so that two changed neighbours are one change.
_WORD = re.compile(r"(?:\w+|[^\w\s])\s*|\s+")
# Lines that share less than this are shown as one gone and one new, not as a mosaic.
ALIKE = 0.5


@dataclass(frozen=True)
class Piece:
    """Some words that stayed ("same"), came ("new") or went ("gone")."""

    kind: str
    words: str


@dataclass(frozen=True)
class Difference:
    """One field whose text differs: its name and its lines, each of some pieces.

    `look_only`: the words are the same and only headings, links, pictures or the
    like are not.
    """

    label: str
    lines: list[list[Piece]]
    look_only: bool = False


def differences(before: Text, after: Text) -> list[Difference]:
    """The fields that differ, in the order of the form; [] when nothing does.

    Both are texts as a `Revision` holds them, by column.
    """
    return list(_differences(before, after))


def _differences(before: Text, after: Text) -> Iterator[Difference]:
    for name in Article.TEXT:
        field = Article._meta.get_field(name)
        old, new = before.get(field.attname), after.get(field.attname)
        if old == new:
            continue
        if name == "details":
            was, now = _details_of(before), _details_of(after)
        else:
            was, now = _words_of(field, old), _words_of(field, new)
        look_only = was == now
        lines = [] if look_only else changed_lines(was, now)
        label = str(field.verbose_name)
        yield Difference(label[:1].upper() + label[1:], lines, look_only)


def _details_of(text: Text) -> str:
    return kinds.words(text.get("kind", ""), text.get("details"), named=True)


def _words_of(field, value) -> str:
    """What a person reads of a value: words of rich text, names of choices."""
    if value in (None, ""):
        return ""
    if field.name == "body":
        return plain_text(value)
    if field.related_model:
        row = field.related_model._default_manager.filter(pk=value).first()
        return str(row) if row else str(_("(gone)"))
    return str(dict(field.flatchoices).get(value, value))


def changed_lines(before: str, after: str) -> list[list[Piece]]:
    """All lines of both texts in order, each cut into what stayed, came and went."""
    old, new = before.split("\n"), after.split("\n")
    lines: list[list[Piece]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            lines += [[Piece("same", line)] for line in old[a:b]]
        else:
            for was, now in zip_longest(old[a:b], new[c:d]):
                lines += _changed_line(was, now)
    return [line for line in lines if any(piece.words for piece in line)]


def _changed_line(was: str | None, now: str | None) -> list[list[Piece]]:
    gone = [[Piece("gone", was)]] if was else []
    new = [[Piece("new", now)]] if now else []
    if not was or not now:
        return gone + new
    old_words, new_words = _WORD.findall(was), _WORD.findall(now)
    matcher = SequenceMatcher(None, old_words, new_words, False)
    if matcher.ratio() < ALIKE:
        return gone + new
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old_words[a:b])))
            continue
        if a < b:
            pieces.append(Piece("gone", "".join(old_words[a:b])))
        if c < d:
            pieces.append(Piece("new", "".join(new_words[c:d])))
    return [pieces]
