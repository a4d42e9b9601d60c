"""Repairs what went wrong when text was pasted, and not one letter more.

What `content.paste` calls mendable: letters composed, invisible characters and hard
spaces gone, torn words joined, old fonts and double encoding converted. A text in
which nothing of that is found comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

from content.paste import (
    ENTITY,
    INVISIBLE,
    MENDABLE,
    broken_between,
    findings,
    hard_spaces,
    torn_inside,
)
from vietnam import legacy
from vietnam.fold import nfc
from vietnam.syllables import is_syllable

_TAG = re.compile(r"(<[^>]*>)")
_INLINE = re.compile(
    r"</?(?:a|span|strong|b|em|i|u|s|sub|sup|small|mark|abbr|cite|q|code)\b"
)
_PARAGRAPH = re.compile(r"</?p\b|<br\b")
_INVISIBLE_RUN = re.compile(
    rf"(?P<left>[^\W\d_]+)?(?:{INVISIBLE.pattern})+(?P<right>[^\W\d_]+(?!\w))?"
)


def mend(text: str) -> str:
    """A plain text repaired, line by line."""
    lines = [_mend_line(line, _words_of(line)) for line in nfc(text).split("\n")]
    joined = lines[:1]
    for line in lines[1:]:
        if broken_between(joined[-1], line):
            head, _space, rest = line.partition(" ")
            joined[-1] += head
            line = rest
        joined.append(line)
    return "\n".join(joined)


def mend_html(html: str) -> str:
    """Clean HTML repaired in its texts; tags, code and addresses stay."""
    pieces = _TAG.split(nfc(html))
    kept = _kept(pieces)
    for block in _blocks(pieces):
        texts = [place for place in block if place % 2 == 0 and place not in kept]
        words = _words_of(" ".join(unescape(pieces[place]) for place in texts))
        for place in texts:
            old = unescape(pieces[place])
            new = _mend_line(old, words)
            if new != old:
                pieces[place] = escape(new, quote=False)
    return _join_torn(pieces, kept)


def is_mendable(text: str) -> bool:
    """Whether a press of the button would do something."""
    return any(fault.reason in MENDABLE for fault in findings(text))


def _words_of(line: str) -> dict[str, str]:
    return {} if legacy.has_double_encoding(line) else legacy.old_font_words(line)


def _mend_line(line: str, old_words: dict[str, str]) -> str:
    line = ENTITY.sub(lambda match: unescape(unescape(match[0])), line)
    line = legacy.undo_double_encoding(line)
    if old_words:
        line = _replace_words(line, old_words.get)
    line = _INVISIBLE_RUN.sub(_without, line)
    for match in reversed(list(hard_spaces(line))):
        line = f"{line[: match.end() - 1]} {line[match.end() :]}"
    for match in reversed(list(torn_inside(line))):
        line = line[: match.end(1)] + line[match.start(2) :]
    return line


def _without(match: re.Match[str]) -> str:
    """Web pages part words with a character of no width; those get their space."""
    left, right = match["left"] or "", match["right"] or ""
    words = is_syllable(left) and is_syllable(right) and not is_syllable(left + right)
    return f"{left} {right}" if words else left + right


def _replace_words(line: str, new: Callable[[str], str | None]) -> str:
    word = re.compile(r"[^\s,.;:!?()\"“”/-]+")
    return word.sub(lambda match: new(match[0]) or match[0], line)


def _kept(pieces: list[str]) -> set[int]:
    """The places of what stands in code: there every sign is meant."""
    kept, depth = set(), 0
    for place, piece in enumerate(pieces):
        if place % 2 and re.match(r"</(?:pre|code)\b", piece):
            depth -= 1
        elif place % 2 and re.match(r"<(?:pre|code)\b", piece):
            depth += 1
        elif depth > 0:
            kept.add(place)
    return kept


def _blocks(pieces: list[str]) -> list[list[int]]:
    """The places of each block: between tags that begin or end a line."""
    blocks: list[list[int]] = [[]]
    for place, piece in enumerate(pieces):
        if place % 2 and not _INLINE.match(piece):
            blocks.append([])
        else:
            blocks[-1].append(place)
    return blocks


def _join_torn(pieces: list[str], kept: set[int]) -> str:
    """Paragraphs and lines whose break tore a word become one again."""
    done: list[str] = []
    for place, piece in enumerate(pieces):
        if place % 2 or place in kept or not piece.strip():
            done.append(piece)
            continue
        before = _text_before(done)
        text = piece.lstrip()
        if before is not None:
            left = unescape(done[before]).rstrip()
            if broken_between(left, unescape(text)):
                done[before:] = [left and escape(left, quote=False) + text]
                continue
        done.append(piece)
    return "".join(done)


def _text_before(done: list[str]) -> int | None:
    """Where the text is that only ends of paragraphs or lines part from here."""
    for place in range(len(done) - 1, -1, -1):
        piece = done[place]
        if piece.startswith("<"):
            if not _PARAGRAPH.match(piece):
                return None
        elif piece.strip():
            return place if place < len(done) - 1 else None
    return None
