"""Pictures for tests: as rows with real files, and as uploads of every kind."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

from content.models import Picture
from content.pictures import actions

RED, BLUE = (200, 30, 40), (20, 60, 200)


def halves(size=(64, 48), left=RED, right=BLUE, mode="RGB") -> Image.Image:
    """Two colours side by side, so that turning and mirroring show."""
    image = Image.new("RGB", size, left)
    image.paste(right, (size[0] // 2, 0, *size))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def kept(*, size=(64, 48), **fields) -> Picture:
    """A picture as an upload leaves it: with its original, without copies.

    Nobody can be recognised in two halves.
    """
    data = saved(halves(size), "PNG")
    fields = {"alt": "Hai mảng màu đứng cạnh nhau", "faces": "none"} | fields
    picture, _animated = actions.add(file=io.BytesIO(data), name="mau.png", **fields)
    return picture


def ready(**fields) -> Picture:
    picture = kept(**fields)
    actions.prepare(picture_id=picture.pk)
    picture.refresh_from_db()
    return picture


def grey_16_bit(values: list[int]) -> bytes:
    """One row of a PNG with 16 bits a pixel, written by hand."""
    row = b"\x00" + b"".join(struct.pack(">H", value) for value in values)
    head = struct.pack(">IIBBBBB", len(values), 1, 16, 0, 0, 0, 0)
    return png_of(head, zlib.compress(row))


def png_bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it has `side` times `side` pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return png_of(head, zlib.compress(bytes(1000)))


def png_of(head: bytes, data: bytes) -> bytes:
    parts = [(b"IHDR", head), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


def with_exif(image: Image.Image, *, orientation: int = 1) -> bytes:
    """A JPEG as a phone writes it: turned, with its place and its maker."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Máy ảnh của Lan"
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 8.0, 49.0), 3: "E", 4: (105.0,) * 3})
    return saved(image, "JPEG", quality=95, exif=exif, comment=b"nha rieng")
