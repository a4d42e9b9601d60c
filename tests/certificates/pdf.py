"""The words of a PDF that typst made, as a reader would copy them."""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(rb"(\d+) 0 obj\s*<<(.*?)>>\s*stream\r?\n", re.S)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.S)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(data: bytes) -> list[str]:
    """The text of each page, a space between the pieces that were set apart."""
    streams = dict(_streams(data))
    letters = {
        name: _letters(streams[int(cmap)])
        for name, font in re.findall(rb"/(f\d+) (\d+) 0 R", data)
        for cmap in re.findall(
            rb"\n" + font + rb" 0 obj.*?/ToUnicode (\d+) 0 R", data, re.S
        )[:1]
    }
    return [
        " ".join(_pieces(stream, letters))
        for stream in streams.values()
        if b"BT " in stream
    ]


def _streams(data: bytes):
    for found in _STREAM.finditer(data):
        length = int(re.search(rb"/Length (\d+)", found[2])[1])
        raw = data[found.end() : found.end() + length]
        if b"/FlateDecode" in found[2]:
            raw = zlib.decompress(raw)
        yield int(found[1]), raw


def _letters(cmap: bytes) -> dict[int, str]:
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for glyph, text in re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", cmap)
    }


def _pieces(stream: bytes, letters: dict[bytes, dict[int, str]]):
    for font, drawn in re.findall(rb"BT .*?/(f\d+) (.*?)\nET\n", stream, re.S):
        glyphs = b"".join(_strings(drawn))
        yield "".join(
            letters[font].get(int.from_bytes(glyphs[at : at + 2]), "\ufffd")
            for at in range(0, len(glyphs), 2)
        )


def _strings(drawn: bytes):
    """What stands in brackets; brackets in pairs may stand inside without a mark."""
    depth, at, start = 0, 0, 0
    while at < len(drawn):
        sign = drawn[at : at + 1]
        if sign == b"\\":
            at += 1
        elif sign == b"(":
            depth += 1
            start = at + 1 if depth == 1 else start
        elif sign == b")":
            depth -= 1
            if depth == 0:
                yield _ESCAPE.sub(_unescaped, drawn[start:at])
        at += 1


def _unescaped(found: re.Match) -> bytes:
    if found[1].isdigit():
        return bytes([int(found[1], 8)])
    return _NAMED.get(found[1], found[1])
