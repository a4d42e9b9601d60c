"""A picture with a title on it, for links sent to friends.

Zalo and Facebook show a link with the picture that its page names. A page without a
picture of its own gets one drawn here, so that its title is read in the chat. Be
Vietnam Pro comes out of a pip package and has all 134 Vietnamese letters.
"""

from __future__ import annotations

import io
from functools import cache

import fontpkg
from PIL import Image, ImageDraw, ImageFont

from content.fields import clean_line

SIZE = (1200, 630)
"""What both ask for; smaller pictures are shown as a stamp beside the text."""

_MARGIN = 84
_ROOM = SIZE[0] - 2 * _MARGIN
_STEP = 24
_TOP, _BOTTOM = (11, 58, 111), (24, 105, 184)
_WHITE, _YELLOW, _RED = (255, 255, 255), (255, 212, 59), (218, 37, 29)
_TITLE_SIZES = (76, 68, 60, 52, 46)
_TITLE_HEIGHT = 350
_LEADING = 1.28  # stacked marks (Ẩ, Ễ) must not touch the line above


def draw(*, title: str, kicker: str, foot: str) -> bytes:
    """A JPEG of SIZE: `kicker` above, `title` in as large letters as fit, `foot`.

    A title that does not fit in the smallest letters ends with an ellipsis.
    """
    title, kicker, foot = map(clean_line, (title, kicker, foot))
    picture = _ground().copy()
    pen = ImageDraw.Draw(picture)
    small = _font(600, 34)
    pen.text((_MARGIN, 78), _cut(kicker, small), font=small, fill=_YELLOW)
    font, lines = _fitted(title)
    for number, line in enumerate(lines):
        top = 138 + number * font.size * _LEADING
        pen.text((_MARGIN, top), line, font=font, fill=_WHITE)
    pen.rectangle((_MARGIN, 536, _MARGIN + 96, 542), fill=_RED)
    pen.text((_MARGIN, 556), _cut(foot, small), font=small, fill=_WHITE)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=86, optimize=True)
    return made.getvalue()


@cache
def _ground() -> Image.Image:
    """Dark to light blue, with two hills in the corner."""
    column = Image.new("RGB", (1, SIZE[1]))
    for y in range(SIZE[1]):
        share = y / SIZE[1]
        pixel = (round(a + (b - a) * share) for a, b in zip(_TOP, _BOTTOM, strict=True))
        column.putpixel((0, y), tuple(pixel))
    large = column.resize((SIZE[0] * 2, SIZE[1] * 2))
    pen = ImageDraw.Draw(large)
    width, height = large.size
    for left, top, colour in (
        (0.52, 0.80, (20, 92, 165)),
        (0.68, 0.72, (16, 80, 148)),
    ):
        peak = (left + 0.24) * width
        pen.polygon(
            [(left * width, height), (peak, top * height), (1.4 * width, height)],
            fill=colour,
        )
    return large.resize(SIZE, Image.Resampling.LANCZOS)


@cache
def _font(weight: int, size: int) -> ImageFont.FreeTypeFont:
    path = fontpkg.path("Be Vietnam Pro", weight)
    return ImageFont.truetype(str(path), size)


def _fitted(title: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    for size in _TITLE_SIZES:
        font = _font(700, size)
        lines = _wrapped(title, font)
        if len(lines) * size * _LEADING <= _TITLE_HEIGHT:
            return font, lines
    most = int(_TITLE_HEIGHT / (font.size * _LEADING))
    kept = lines[:most]
    kept[-1] = _cut(kept[-1] + " …", font, always=True)
    return font, kept


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """In as few lines as go, about equally long: no word is left alone."""
    lines = _broken(text, font, _ROOM)
    for room in range(_ROOM, _ROOM // 3, -_STEP):
        narrower = _broken(text, font, room)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return [_cut(line, font) for line in lines]


def _broken(text: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont, *, always: bool = False) -> str:
    """As much of one line as there is room for."""
    if font.getlength(text) <= _ROOM:
        return text
    kept = text.rstrip(" …") if always else text
    while kept and font.getlength(f"{kept}…") > _ROOM:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
