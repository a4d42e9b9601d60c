"""A picture drawn anew: its pixels and nothing else."""

from __future__ import annotations

import struct

from PIL import Image, ImageOps, UnidentifiedImageError

from content.copies.unreadable import Unreadable

LONGEST = 2560
_QUALITY = 88
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_DAMAGE = (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error)


def copy(source: str, target: str) -> list[list[int]]:
    """One page: the whole copy. Raises Unreadable."""
    Image.MAX_IMAGE_PIXELS = None  # looked at on the way in; memory is bounded here
    try:
        with Image.open(source, formats=_FORMATS) as picture:
            drawn = _on_paper(ImageOps.exif_transpose(picture))
    except _DAMAGE as error:
        raise Unreadable(str(error)) from error
    plain = Image.new("RGB", drawn.size)
    plain.paste(drawn)
    with open(target, "wb") as file:
        plain.save(file, "JPEG", quality=_QUALITY, subsampling=0)
        return [[0, file.tell(), *plain.size]]


def _on_paper(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        # Pillow cuts 16-bit greys off at 255 instead of scaling them.
        picture = picture.convert("I").point(lambda value: value * (1 / 256))
        picture = picture.convert("L")
    if picture.mode in {"P", "PA"}:
        picture = picture.convert("RGBA")
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    paper = Image.new("RGB", picture.size, (255, 255, 255))
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
