"""A short film without sound, made of drawings: VP8 pictures in a WebM file.

A lossy WebP picture holds one whole VP8 frame, so a film whose every frame is whole
needs no encoder but Pillow. The container is RFC 8794 (EBML) and the WebM guidelines.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

from PIL import Image

SIZE = (640, 360)
_QUALITY = 60


def webm(scenes: Sequence[Image.Image], *, seconds: int) -> bytes:
    """The scenes one after the other, each shown for some seconds."""
    length = seconds * 1000
    clusters = b"".join(
        _element("1F43B675", _number("E7", place * length) + _block(_frame(scene)))
        for place, scene in enumerate(scenes)
    )
    head = (
        _number("4286", 1)
        + _number("42F7", 1)
        + _element("4282", b"webm")
        + _number("4287", 2)
        + _number("4285", 2)
    )
    info = (
        _number("2AD7B1", 1_000_000)
        + _element("4489", struct.pack(">d", length * len(scenes)))
        + _element("4D80", b"portal")
        + _element("5741", b"portal")
    )
    video = _number("B0", SIZE[0]) + _number("BA", SIZE[1])
    track = (
        _number("D7", 1)
        + _number("73C5", 1)
        + _number("83", 1)
        + _element("86", b"V_VP8")
        + _element("E0", video)
    )
    tracks = _element("1654AE6B", _element("AE", track))
    body = _element("1549A966", info) + tracks + clusters
    return _element("1A45DFA3", head) + _element("18538067", body)


def _frame(scene: Image.Image) -> bytes:
    out = io.BytesIO()
    scene.convert("RGB").resize(SIZE).save(out, "WEBP", quality=_QUALITY, exact=False)
    data = out.getvalue()
    place = data.index(b"VP8 ")
    size = int.from_bytes(data[place + 4 : place + 8], "little")
    return data[place + 8 : place + 8 + size]


def _block(frame: bytes) -> bytes:
    """Track 1, at the cluster's own time, a whole picture."""
    return _element("A3", b"\x81\x00\x00\x80" + frame)


def _number(name: str, number: int) -> bytes:
    return _element(name, number.to_bytes(max(1, (number.bit_length() + 7) // 8)))


def _element(name: str, data: bytes) -> bytes:
    size = len(data)
    length = bytes([0x80 | size]) if size < 127 else (size | 1 << 56).to_bytes(8)
    return bytes.fromhex(name) + length + data
