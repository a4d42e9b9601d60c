"""Found words marked in a text, whatever accents either has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from vietnam.fold import fold

SNIPPET = 220
"""Characters of a snippet, about three lines on a phone."""

_LEAD_IN = 60
_ELLIPSIS = "… "
_MARK = "[\u0300-\u036f]*"
_CLOSED = re.compile(r"[.!?…:;,·–-][\"'”’)]*$")
_EITHER_I = re.compile("[hklmst][iy]")


def mark(text: str, words: Sequence[str]) -> SafeString:
    """`text` as HTML with every one of the folded `words` in a `<mark>`."""
    if not words:
        return escape(text)
    parts, end = [], 0
    for found in _pattern(tuple(words)).finditer(text):
        parts += [escape(text[end : found.start()]), f"<mark>{escape(found[0])}</mark>"]
        end = found.end()
    parts.append(escape(text[end:]))
    return mark_safe("".join(parts))  # every piece above is escaped


def has(text: str, words: Sequence[str]) -> bool:
    """Whether one of the folded `words` stands in `text`."""
    return bool(words) and _pattern(tuple(words)).search(text) is not None


def snippet(text: str, words: Sequence[str], *, length: int = SNIPPET) -> SafeString:
    """The piece of `text` around the first word that is found, or its beginning.

    Blocks stand on lines of their own in `text`; a dot parts a heading from its text.
    """
    text = _one_line(text)
    found = _pattern(tuple(words)).search(text) if words else None
    start = 0
    if found and found.end() > length:
        start = _word_start(text, max(found.start() - _LEAD_IN, 0))
    end = start + length
    piece = text[start:end]
    if end < len(text):
        piece = piece.rpartition(" ")[0] or piece
    before = _ELLIPSIS if start else ""
    after = "…" if end < len(text) else ""
    return mark_safe(f"{before}{mark(piece, words)}{after}")  # escaped in `mark`


def _one_line(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    open_ones = [line if _CLOSED.search(line) else f"{line} ·" for line in lines[:-1]]
    return " ".join([*open_ones, *lines[-1:]])


def _word_start(text: str, position: int) -> int:
    return text.rfind(" ", 0, position) + 1


@cache
def _variants() -> dict[str, str]:
    """Each plain letter with all letters that fold to it, as a regex class."""
    letters: dict[str, set[str]] = {}
    for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)):
        folded = fold(chr(code))
        if len(folded) == 1:
            letters.setdefault(folded, {folded}).add(chr(code))
    return {
        letter: f"[{''.join(sorted(map(re.escape, found)))}]{_MARK}"
        for letter, found in letters.items()
    }


@lru_cache(64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    # The longest first: an alternation takes the first that fits.
    spelt = "|".join(_spelt(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{spelt})(?![^\W_])", re.IGNORECASE)


def _spelt(word: str) -> str:
    """The word with each letter in all its shapes; kỹ and kĩ are one (`vn_spell`)."""
    variants = _variants()
    if _EITHER_I.fullmatch(word):
        either = f"(?:{variants['i']}|{variants['y']})"
        return variants[word[0]] + either
    return "".join(variants.get(char, re.escape(char)) for char in word)
