"""A small paint box: gradients, ridges, mist, glow and figures on a wide canvas.

Everything is given in a picture of 1600 by 900; drawn twice as large and made smaller
at the end, so that edges are smooth. The same seed draws the same picture.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Iterable, Sequence

import segno
from PIL import Image, ImageColor, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1600, 900
_SCALE = 2

Point = tuple[float, float]
Colour = str | tuple[int, int, int]


def mix(one: Colour, other: Colour, share: float) -> tuple[int, int, int]:
    """The colour between two, `share` of the way to the other."""
    pair = zip(_rgb(one), _rgb(other), strict=True)
    return tuple(round(a + (b - a) * share) for a, b in pair)


def _rgb(colour: Colour) -> tuple[int, int, int]:
    return ImageColor.getrgb(colour)[:3] if isinstance(colour, str) else colour


class Canvas:
    def __init__(self, *stops: tuple[float, Colour]) -> None:
        """The ground: a gradient through the stops (place from 0 to 1, colour)."""
        self.image = self._gradient(stops, (WIDTH * _SCALE, HEIGHT * _SCALE))
        self.draw = ImageDraw.Draw(self.image)

    def done(self) -> Image.Image:
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)

    # --- Plain shapes -----------------------------------------------------------

    def shape(self, points: Iterable[Point], fill: Colour) -> None:
        self.draw.polygon(_scaled(points), fill=_rgb(fill))

    def line(self, points: Iterable[Point], fill: Colour, width: float) -> None:
        thick, scaled = max(1, round(width * _SCALE)), _scaled(points)
        self.draw.line(scaled, fill=_rgb(fill), width=thick, joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            half = thick / 2 - 0.5
            self.draw.ellipse((x - half, y - half, x + half, y + half), _rgb(fill))

    def disc(self, x: float, y: float, r: float, fill: Colour, ry: float = 0) -> None:
        ry = ry or r
        box = [value * _SCALE for value in (x - r, y - ry, x + r, y + ry)]
        self.draw.ellipse(box, fill=_rgb(fill))

    def box(self, x, y, w, h, fill: Colour, r: float = 0) -> None:
        corners = [value * _SCALE for value in (x, y, x + w, y + h)]
        self.draw.rounded_rectangle(corners, r * _SCALE, fill=_rgb(fill))

    def ring(self, x, y, r, fill: Colour, width: float, start=0, end=360) -> None:
        box = [value * _SCALE for value in (x - r, y - r, x + r, y + r)]
        self.draw.arc(box, start, end, fill=_rgb(fill), width=round(width * _SCALE))

    def slice(self, x, y, r, start, end, fill: Colour) -> None:
        box = [value * _SCALE for value in (x - r, y - r, x + r, y + r)]
        self.draw.pieslice(box, start, end, fill=_rgb(fill))

    # --- Light and air ----------------------------------------------------------

    def graded(self, points: Iterable[Point], *stops: tuple[float, Colour]) -> None:
        """A shape whose colours run down through the stops."""
        mask, box = self._mask(points, 255)
        if mask:
            self.image.paste(self._gradient(stops, mask.size), box, mask)

    def glow(self, x, y, r, colour: Colour, strength: float = 1) -> None:
        """Light that fades from its middle."""
        side = round(2 * r * _SCALE)
        light = Image.radial_gradient("L").point(
            lambda value: round(max(0, 1 - value / 181) ** 2 * 255 * strength)
        )
        mask = light.resize((side, side), Image.Resampling.BICUBIC)
        place = (round((x - r) * _SCALE), round((y - r) * _SCALE))
        self._light(mask, place, colour)

    def mist(self, y, height, colour: Colour, strength: float = 0.6) -> None:
        """A band of air, thickest in its middle."""
        rows = [
            round(255 * strength * math.sin(math.pi * (n + 0.5) / 64) ** 2)
            for n in range(64)
        ]
        column = Image.new("L", (1, 64))
        column.putdata(rows)
        size = (self.image.width, round(height * _SCALE))
        mask = column.resize(size, Image.Resampling.BICUBIC)
        place = (0, round((y - height / 2) * _SCALE))
        self._light(mask, place, colour)

    def veil(self, points: Iterable[Point], colour: Colour, strength: float) -> None:
        """A shape that lets what lies behind it through."""
        mask, box = self._mask(points, round(255 * strength))
        if mask:
            self.image.paste(_rgb(colour), box, mask)

    def _mask(self, points: Iterable[Point], value: int):
        """The shape within the smallest box that holds it, and the box."""
        scaled = _scaled(points)
        xs, ys = zip(*scaled, strict=True)
        left, top = max(0, int(min(xs))), max(0, int(min(ys)))
        right = min(self.image.width, math.ceil(max(xs)) + 1)
        bottom = min(self.image.height, math.ceil(max(ys)) + 1)
        if left >= right or top >= bottom:
            return None, None
        mask = Image.new("L", (right - left, bottom - top))
        moved = [(x - left, y - top) for x, y in scaled]
        ImageDraw.Draw(mask).polygon(moved, fill=value)
        return mask, (left, top, right, bottom)

    def shadow(self, x, y, w, h, r: float, strength=0.28, blur: float = 18) -> None:
        """Below a card that floats."""
        edge = blur * 3
        small = (round(w + 2 * edge), round(h + 2 * edge))
        mask = Image.new("L", small)
        inner = (edge, edge, edge + w, edge + h)
        ImageDraw.Draw(mask).rounded_rectangle(inner, r, fill=round(255 * strength))
        mask = mask.filter(ImageFilter.GaussianBlur(blur))
        mask = mask.resize((small[0] * _SCALE, small[1] * _SCALE))
        place = (round((x - edge) * _SCALE), round((y - edge + blur * 0.7) * _SCALE))
        self._light(mask, place, "#0a1a30")

    def _light(self, mask: Image.Image, place: tuple[int, int], colour: Colour) -> None:
        right, bottom = place[0] + mask.width, place[1] + mask.height
        self.image.paste(_rgb(colour), (*place, right, bottom), mask)

    # --- Landscape --------------------------------------------------------------

    def ridge(
        self,
        seed: int,
        y: float,
        height: float,
        *stops: tuple[float, Colour],
        karst: float = 0,
        waves: float = 2.2,
    ) -> list[Point]:
        """A chain of hills across the picture; `karst` makes towers out of them.

        Returns its upper edge.
        """
        chance = random.Random(seed)  # noqa: S311  a drawing
        parts = [(waves * 1.9**n, chance.uniform(0, 6.3), 0.46**n) for n in range(6)]
        edge = []
        for step in range(0, WIDTH + 9, 8):
            t = step / WIDTH
            rise = sum(
                amount
                * self._hill(
                    math.sin(speed * t * 2 * math.pi + phase),
                    karst if octave < 2 else 0,
                )
                for octave, (speed, phase, amount) in enumerate(parts)
            )
            edge.append((step, y - height * rise / 1.94))
        self.graded([*edge, (WIDTH, HEIGHT), (0, HEIGHT)], *stops)
        return edge

    @staticmethod
    def _hill(wave: float, karst: float) -> float:
        """Towers are steep below and round on top."""
        rounded = 1 - (1 - abs(wave)) ** 3
        return (1 - karst) * (wave + 1) / 2 + karst * rounded

    def terraces(
        self, edge: Sequence[Point], steps: int, gap: float, light: Colour, dark: Colour
    ) -> None:
        """Rice fields that follow the slope below an edge, each with its bank."""
        for step in range(steps):
            down = gap * (step + 0.35 * math.sin(step * 1.7)) * (1 + step * 0.11)
            flat = 0.82**step
            lowest = max(y for _x, y in edge)
            line = [
                (
                    x,
                    lowest - (lowest - y) * flat + down + 5 * math.sin(x / 70 + step),
                )
                for x, y in edge
            ]
            body = [*line, (WIDTH, HEIGHT), (0, HEIGHT)]
            share = step / max(1, steps - 1)
            field = mix(light, dark, share * 0.75 + 0.12 * (step % 2))
            self.shape(body, field)
            self.line(line, mix(field, "#ffffff", 0.32), 1.6 + share * 2)
            below = [(x, y + 3 + 4 * share) for x, y in line]
            self.line(below, mix(field, dark, 0.55), 2 + share * 4)

    def stars(self, seed: int, number: int, below: float) -> None:
        chance = random.Random(seed)  # noqa: S311  a drawing
        for _star in range(number):
            x, y = chance.uniform(0, WIDTH), chance.uniform(0, below)
            self.disc(x, y, chance.choice([0.8, 1.0, 1.3, 1.9]), "#dfe9ff")

    def tree(self, x, y, size, fill: Colour) -> None:
        """A round crown on a thin trunk."""
        self.line([(x, y), (x, y - size * 0.5)], fill, size * 0.06)
        for dx, dy, r in ((0, 0.85, 0.3), (-0.22, 0.66, 0.24), (0.22, 0.68, 0.25)):
            self.disc(x + dx * size, y - dy * size, r * size, fill)

    def palm(self, x, y, size, fill: Colour) -> None:
        top = (x + size * 0.08, y - size)
        self.line([(x, y), (x + size * 0.02, y - size * 0.5), top], fill, size * 0.05)
        for angle in (-200, -165, -120, -60, -15, 20):
            a = math.radians(angle)
            middle = (
                top[0] + math.cos(a) * size * 0.25,
                top[1] + math.sin(a) * size * 0.2 - size * 0.03,
            )
            tip = (
                top[0] + math.cos(a) * size * 0.46,
                top[1] + math.sin(a) * size * 0.2 + size * 0.12,
            )
            self.line([top, middle, tip], fill, size * 0.035)

    def stilt_house(
        self, x, y, w, wall: Colour, roof: Colour, light: Colour | None = None
    ) -> None:
        """The house of the Tày: a deep roof, a floor above the ground, posts."""
        floor, eaves = y - w * 0.17, y - w * 0.36
        for post in range(7):
            px = x - w * 0.42 + post * w * 0.14
            self.box(px - w * 0.009, floor, w * 0.018, y - floor, roof)
        self.box(x - w * 0.44, eaves, w * 0.88, floor - eaves, wall)
        self.box(x - w * 0.48, floor - w * 0.012, w * 0.96, w * 0.026, roof)
        if light:
            for window in range(5):
                wx = x - w * 0.36 + window * w * 0.155
                self.box(wx, eaves + w * 0.045, w * 0.1, w * 0.11, light, w * 0.008)
                self.box(wx + w * 0.046, eaves + w * 0.045, w * 0.008, w * 0.11, wall)
        self.shape(
            [
                (x - w * 0.56, eaves + w * 0.03),
                (x - w * 0.36, eaves - w * 0.24),
                (x + w * 0.36, eaves - w * 0.24),
                (x + w * 0.56, eaves + w * 0.03),
            ],
            roof,
        )
        ridge = eaves - w * 0.24
        self.line(
            [(x - w * 0.37, ridge), (x + w * 0.37, ridge)], mix(roof, wall, 0.5), 5
        )
        stairs = x + w * 0.5
        self.line([(stairs - w * 0.07, floor), (stairs + w * 0.05, y)], roof, w * 0.014)
        self.line([(stairs - w * 0.03, floor), (stairs + w * 0.09, y)], roof, w * 0.014)

    # --- People and things --------------------------------------------------------

    def person(
        self, x, y, size, shirt: Colour, hair: Colour, skin: Colour, *, bun=False
    ) -> None:
        """Somebody seated or behind a table, from the waist; `y` is the waist."""
        head, top = size * 0.2, y - size * 0.98
        self.box(
            x - size * 0.07,
            y - size * 0.7,
            size * 0.14,
            size * 0.2,
            mix(skin, "#000000", 0.14),
            6,
        )
        self.shape(_rounded_body(x, y, size), shirt)
        self.disc(x, top + head * 1.25, head * 0.92, skin, head * 1.12)
        self._hair(x, top, head, hair, bun=bun)

    def _hair(self, x, top, head, hair: Colour, *, bun: bool) -> None:
        box = [
            value * _SCALE
            for value in (
                *(x - head * 1.02, top + head * 0.02),
                *(x + head * 1.02, top + head * 2.2),
            )
        ]
        self.draw.chord(box, 172, 368, fill=_rgb(hair))
        if bun:
            self.disc(x + head * 0.75, top + head * 0.15, head * 0.42, hair)

    def back(self, x, y, size, shirt: Colour, hair: Colour) -> None:
        """Somebody seen from behind, looking at what we look at."""
        self.shape(_rounded_body(x, y, size), shirt)
        self.box(x - size * 0.07, y - size * 0.72, size * 0.14, size * 0.16, hair, 6)
        self.disc(x, y - size * 0.78, size * 0.18, hair, size * 0.21)

    def phone(self, x, y, w, h, screen: Colour, body: Colour = "#14202c") -> None:
        """Upright, `x` and `y` its upper left corner."""
        self.shadow(x, y, w, h, w * 0.12)
        self.box(x, y, w, h, body, w * 0.13)
        edge = w * 0.045
        self.box(x + edge, y + edge, w - 2 * edge, h - 2 * edge, screen, w * 0.1)
        self.box(x + w * 0.38, y + edge * 1.9, w * 0.24, edge * 0.8, body, edge)

    def card(self, x, y, w, h, fill: Colour = "#ffffff", r: float = 18) -> None:
        self.shadow(x, y, w, h, r)
        self.box(x, y, w, h, fill, r)

    def check(self, x, y, size, fill: Colour, width: float) -> None:
        points = [(-0.5, 0.02), (-0.14, 0.36), (0.52, -0.4)]
        self.line([(x + a * size, y + b * size) for a, b in points], fill, width)

    def qr(self, x, y, size, text: str, dark: Colour = "#14202c") -> None:
        """A code that a phone can read."""
        rows = [list(row) for row in segno.make(text, micro=False).matrix]
        cell = size / len(rows)
        for down, row in enumerate(rows):
            for across, is_dark in enumerate(row):
                if is_dark:
                    place = (x + across * cell, y + down * cell)
                    self.box(*place, cell + 0.4, cell + 0.4, dark)

    def wifi(self, x, y, r, fill: Colour, width: float) -> None:
        self.disc(x, y, width * 0.8, fill)
        for part in (0.4, 0.7, 1.0):
            self.ring(x, y, r * part, fill, width, 222, 318)

    @staticmethod
    def _gradient(stops, size: tuple[int, int]) -> Image.Image:
        column = Image.new("RGB", (1, 256))
        column.putdata([_at(stops, n / 255) for n in range(256)])
        # First to its height and then to its width, which only repeats it.
        tall = column.resize((1, size[1]), Image.Resampling.BICUBIC)
        return tall.resize(size, Image.Resampling.NEAREST)


def as_jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=94, subsampling="4:4:4")
    return out.getvalue()


def _at(stops: Sequence[tuple[float, Colour]], place: float) -> tuple[int, int, int]:
    before, after = stops[0], stops[-1]
    for stop in stops:
        if stop[0] <= place:
            before = stop
        else:
            after = stop
            break
    span = after[0] - before[0]
    share = (place - before[0]) / span if span > 0 else 0
    return mix(before[1], after[1], min(1, max(0, share)))


def _scaled(points: Iterable[Point]) -> list[Point]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]


def _rounded_body(x: float, y: float, size: float) -> list[Point]:
    """Shoulders and trunk down to the waist."""
    half, top = size * 0.33, y - size * 0.56
    left = [
        (x - half * math.cos(a), top + size * 0.16 - size * 0.16 * math.sin(a))
        for a in (math.radians(n) for n in range(0, 91, 10))
    ]
    right = [(2 * x - px, py) for px, py in reversed(left)]
    return [(x - half * 1.02, y), *left, *right, (x + half * 1.02, y)]
