"""What cameras and programs write beside the pixels, taken out; the pixels stay."""

from __future__ import annotations

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
# What a PNG needs to look the same; times, texts and EXIF are none of it.
_PNG_KEPT = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB"),
    *(b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"),
}
_JPEG = b"\xff\xd8\xff"
_SCAN = 0xDA
# JFIF, the colour profile and Adobe's note on colours change what one sees.
_JPEG_KEPT = {0xE0, 0xE2, 0xEE}


def without(data: bytes) -> bytes:
    """The same picture without marks; what is neither JPEG nor PNG comes back as is."""
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(_JPEG):
        return _jpeg(data)
    return data


def _png(data: bytes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">L4s", data, at)
        end = at + 12 + length
        if name in _PNG_KEPT:
            kept.append(data[at:end])
        at = end
    return b"".join(kept)


def _jpeg(data: bytes) -> bytes:
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == _SCAN:
            return b"".join([*kept, data[at:]])
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        is_mark = 0xE0 <= kind <= 0xEF or kind == 0xFE
        if not is_mark or kind in _JPEG_KEPT:
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, data[at:]])
