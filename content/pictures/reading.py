"""From an upload to plain pixels: nothing else of the file survives."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.utils.formats import number_format
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from content.files.inspection import inspect
from content.files.kinds import MEGABYTE, WEB_PICTURES, Kind
from content.files.refusals import FileRefused, Reason

MAX_BYTES = 20 * MEGABYTE
MAX_MEGAPIXELS = 50
# No screen shows more of a page's width; an infographic may be long.
MAX_SIZE = (2560, 8192)

_WHITE = (255, 255, 255)
_LOSSLESS = {Kind.PNG, Kind.GIF}
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_DAMAGE = (
    *(UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError),
    *(struct.error, IndexError, TypeError),
)
_BAD_PROFILE = (ImageCms.PyCMSError, OSError, ValueError, TypeError)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is kept of an upload."""

    image: Image.Image
    title: str
    """What the file was called, without its ending."""
    sharp: bool
    """From a lossless file: drawn, or a screen, with letters in it."""
    was_animated: bool


def read(file: BinaryIO, *, name: str) -> Reading:
    """Decode an upload into an upright, opaque sRGB picture without any metadata.

    JPEG, PNG, WebP and GIF; of an animation the first frame; at most `MAX_SIZE`.
    Raises FileRefused for everything else, for damage and for too many pixels.
    """
    found = inspect(file, name=name, max_bytes=MAX_BYTES, allowed=WEB_PICTURES)
    try:
        file.seek(0)
        image = Image.open(file, formats=[found.kind.name])
        _check_pixels(image)
        animated = getattr(image, "is_animated", False)
        # A JPEG is decoded at a fraction of its size where that is large enough.
        image.draft(None, (MAX_SIZE[0], MAX_SIZE[0]))
        image.load()
        _check_pixels(image)
        plain = _plain(image)
    except _BOMBS as error:
        raise _too_many_pixels() from error
    except _DAMAGE as error:
        raise FileRefused(Reason.BROKEN) from error
    return Reading(
        image=plain,
        title=PurePath(found.clean_name).stem,
        sharp=found.kind in _LOSSLESS,
        was_animated=animated,
    )


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > MAX_MEGAPIXELS * 1_000_000:
        raise _too_many_pixels()


def _too_many_pixels() -> FileRefused:
    return FileRefused(Reason.PIXELS, limit=number_format(MAX_MEGAPIXELS))


def _plain(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.width > MAX_SIZE[0] or image.height > MAX_SIZE[1]:
        # Palettes cannot be averaged.
        image = image.convert("RGBA") if image.mode in {"P", "PA"} else image
        image.thumbnail(MAX_SIZE, Image.Resampling.LANCZOS, reducing_gap=3.0)
    image = _in_srgb(_on_white(_eight_bits(image)), profile)
    # A new one, so that no comment, profile or EXIF block travels along.
    plain = Image.new("RGB", image.size)
    plain.paste(image)
    return plain


def _eight_bits(image: Image.Image) -> Image.Image:
    """Pillow cuts 16-bit greys off at 255 instead of scaling them."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    """Transparent parts become paper: dark letters stay readable on a dark page."""
    if not image.has_transparency_data:
        return image.convert("RGB") if image.mode in {"1", "P"} else image
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, _WHITE)
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """What a browser takes an untagged picture for."""
    if profile:
        try:
            return ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except _BAD_PROFILE:
            pass  # a broken profile, or one for other channels: as if it had none
    return image.convert("RGB")
