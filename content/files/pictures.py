"""Whether a picture is whole and of a size that can be worked with."""

from __future__ import annotations

import struct
from typing import BinaryIO

from django.utils.formats import number_format
from PIL import Image, UnidentifiedImageError

from content.files.kinds import MEGABYTE, Kind
from content.files.refusals import FileRefused, Reason

# A poster in A1 at 300 dpi has 70 megapixels and well under 40 MB.
MAX_MEGAPIXELS = 80
MAX_BYTES = 40 * MEGABYTE

_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_DAMAGE = (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error)


def check_picture(file: BinaryIO, kind: Kind) -> None:
    """Raise FileRefused for a damaged picture and for one with too many pixels.

    The pixels themselves are not unpacked, but for a JPEG at an eighth of its size.
    """
    try:
        file.seek(0)
        # Closing it would close the upload as well.
        picture = Image.open(file, formats=[kind.name])
        _check_pixels(picture)
        _check_whole(picture, kind)
    except _BOMBS as error:
        raise _too_many_pixels() from error
    except _DAMAGE as error:
        raise FileRefused(Reason.BROKEN) from error


def _check_pixels(picture: Image.Image) -> None:
    pixels = picture.width * picture.height
    if pixels > MAX_MEGAPIXELS * 1_000_000:
        raise _too_many_pixels()


def _check_whole(picture: Image.Image, kind: Kind) -> None:
    if kind != Kind.JPEG:
        picture.verify()
    elif not picture.info.get("progressive"):
        # A progressive one would be unpacked at full size; cut short, it still shows.
        picture.draft("RGB", (picture.width // 8, picture.height // 8))
        picture.load()


def _too_many_pixels() -> FileRefused:
    return FileRefused(Reason.PIXELS, limit=number_format(MAX_MEGAPIXELS))
