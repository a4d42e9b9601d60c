"""The geometry of charts that the server draws as SVG, in percent of their field.

    charts.columns(points)   one column a point: few values side by side
    charts.rows(points)      one bar a line: names of any length, parts of a whole
    charts.line(points)      one value a month

`components/chart.html` draws what comes back, with a table of the same figures beneath.
All positions are percentages as text ("12.5"), so that a chart fits any width while its
letters keep their size. Zero is always part of the scale: a bar that does not begin at
zero lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from content.templatetags.vietnamese import group_digits

Number = int | float | Decimal
MISSING = "–"
# Letters that fit side by side under a chart on the narrowest phone, and on a desk.
NARROW, WIDE = 40, 110
_MOST_STEPS = 5
_FRACTIONS_BELOW = 10**9


@dataclass(frozen=True)
class Point:
    """A figure with its name; None where there is none. `whole`: what it is part of."""

    label: str
    value: Number | None
    whole: Number | None = None


@dataclass(frozen=True)
class Tick:
    """A line across the field, `at` percent from the top."""

    at: str
    text: str


@dataclass(frozen=True)
class Mark:
    """How one point is drawn; `drawn` is False where there is no figure.

    Columns: `x`, `y`, `width`, `height`. Rows: `x` and `width`, and for the whole
    behind it `rest_x` and `rest_width`. Lines: the dot at `x`, `y`, and the stretch
    from the point before, when that has a figure too, from `from_x`, `from_y`.
    """

    label: str
    text: str
    drawn: bool = True
    middle: str = "0"
    x: str = "0"
    y: str = "0"
    width: str = "0"
    height: str = "0"
    rest_x: str = "0"
    rest_width: str = "0"
    from_x: str = ""
    from_y: str = ""
    below: bool = False
    # Whether the name under it is shown: always, on wide screens only, never.
    named: Literal["", "wide", "no"] = ""


@dataclass(frozen=True)
class Chart:
    kind: Literal["columns", "rows", "line"]
    marks: list[Mark]
    zero: str
    """Where zero lies, in percent: from the top, for rows from the left."""
    summary: str
    """What it shows, in one or two sentences for those who do not see it."""
    ticks: list[Tick] = field(default_factory=list)
    direct: bool = True
    """Whether each figure stands at its mark; else the ticks have to do."""
    last: Mark | None = None
    """The last figure of a line, which is written beside its dot."""


def columns(points: Sequence[Point]) -> Chart:
    """A column for each point, in the given order."""
    scale = _Scale(points)
    texts = [number_text(_number(point.value)) for point in points]
    names = _names([point.label for point in points])
    slot = Decimal(100) / max(len(points), 1)
    marks = []
    for place, (point, text, named) in enumerate(
        zip(points, texts, names, strict=True)
    ):
        value = _number(point.value)
        middle = slot * place + slot / 2
        mark = {"label": point.label, "text": text, "named": named}
        mark["middle"] = _percent(middle)
        if value is None:
            marks.append(Mark(**mark, drawn=False, y=scale.down(Decimal(0))))
            continue
        top, bottom = sorted([scale.share(value), scale.share(Decimal(0))])
        marks.append(
            Mark(
                **mark,
                x=_percent(middle - slot * Decimal("0.32")),
                width=_percent(slot * Decimal("0.64")),
                y=_percent(100 - bottom),
                height=_percent(bottom - top),
                below=value < 0,
            )
        )
    direct = _fits(texts, NARROW)
    return Chart(
        kind="columns",
        marks=marks,
        zero=scale.down(Decimal(0)),
        summary=_summary(points),
        ticks=[] if direct else scale.ticks(),
        direct=direct,
    )


def rows(points: Sequence[Point]) -> Chart:
    """A bar for each point, one below the other; the whole behind the part."""
    scale = _Scale(points, exact=True)
    zero = scale.share(Decimal(0))
    marks = []
    for point in points:
        value, whole = _number(point.value), _number(point.whole)
        text = number_text(value)
        if whole is not None:
            text = f"{text}/{number_text(whole)}"
        mark = {"label": point.label, "text": text, "drawn": value is not None}
        for prefix, length in (("", value), ("rest_", whole)):
            end = zero if length is None else scale.share(length)
            left, right = sorted([zero, end])
            mark[f"{prefix}x"] = _percent(left)
            mark[f"{prefix}width"] = _percent(right - left)
        marks.append(Mark(**mark))
    return Chart(
        kind="rows", marks=marks, zero=_percent(zero), summary=_summary(points)
    )


def line(points: Sequence[Point]) -> Chart:
    """A dot for each point and a stretch between neighbours; a gap stays a gap."""
    scale = _Scale(points)
    names = _names([point.label for point in points])
    slot = Decimal(100) / max(len(points), 1)
    marks: list[Mark] = []
    for place, (point, named) in enumerate(zip(points, names, strict=True)):
        value = _number(point.value)
        middle = _percent(slot * place + slot / 2)
        mark = {"label": point.label, "text": number_text(value), "named": named}
        mark |= {"middle": middle, "x": middle, "drawn": value is not None}
        if value is not None:
            mark["y"] = scale.down(value)
            if marks and marks[-1].drawn:
                mark |= {"from_x": marks[-1].x, "from_y": marks[-1].y}
        marks.append(Mark(**mark))
    return Chart(
        kind="line",
        marks=marks,
        zero=scale.down(Decimal(0)),
        summary=_summary(points),
        ticks=scale.ticks(),
        direct=False,
        last=next((mark for mark in reversed(marks) if mark.drawn), None),
    )


def number_text(value: Decimal | None) -> str:
    """ "1.234.567" or "12,5", as the page's language has it; a dash for nothing."""
    if value is None:
        return MISSING
    whole = value.to_integral_value()
    if value != whole and abs(value) < _FRACTIONS_BELOW:
        whole = value.quantize(Decimal("0.01"))
    plain = format(whole, "f")
    before, _dot, after = plain.partition(".")
    after = after.rstrip("0")
    return group_digits(Decimal(f"{before}.{after}") if after else int(before))


class _Scale:
    """From figures to percent between the lowest and the highest, zero among them."""

    def __init__(self, points: Sequence[Point], *, exact: bool = False) -> None:
        each = [point.value for point in points] + [point.whole for point in points]
        values = [value for value in map(_number, each) if value is not None]
        low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
        if low == high:
            high = Decimal(1)
        self.step = _step(high - low)
        if not exact:
            low = (low / self.step).to_integral_value("ROUND_FLOOR") * self.step
            high = (high / self.step).to_integral_value("ROUND_CEILING") * self.step
        self.low, self.high = low, high

    def share(self, value: Decimal) -> Decimal:
        """How far up or along `value` lies."""
        return (value - self.low) / (self.high - self.low) * 100

    def down(self, value: Decimal) -> str:
        """How far from the top, where SVG begins to count."""
        return _percent(100 - self.share(value))

    def ticks(self) -> list[Tick]:
        count = int((self.high - self.low) / self.step)
        values = [self.low + self.step * place for place in range(count + 1)]
        return [Tick(self.down(value), number_text(value)) for value in values]


def _step(span: Decimal) -> Decimal:
    """1, 2 or 5 times a power of ten, so that few round steps cover `span`."""
    power = Decimal(10) ** ((span / _MOST_STEPS).adjusted())
    for factor in (1, 2, 5, 10):
        if power * factor * _MOST_STEPS >= span:
            return power * factor
    raise AssertionError  # ten times the power of ten below is always enough


def _number(value: Number | None) -> Decimal | None:
    """As a decimal; None for what is no number, such as the share of nothing."""
    if value is None:
        return None
    number = Decimal(str(value))
    return number if number.is_finite() else None


def _percent(value: Decimal) -> str:
    """With a dot in every language: SVG reads no comma."""
    return format(value.quantize(Decimal("0.01")).normalize() + 0, "f")


def _fits(texts: Sequence[str], room: int) -> bool:
    return len(texts) * (max(map(len, texts), default=0) + 1) <= room


def _names(labels: Sequence[str]) -> list[Literal["", "wide", "no"]]:
    """Which names stand under the marks; the last one is always there."""
    longest = max(map(len, labels), default=0) + 1
    every = {room: -(-len(labels) * longest // room) for room in (NARROW, WIDE)}
    back = range(len(labels) - 1, -1, -1)
    return [
        ""
        if place % every[NARROW] == 0
        else "wide"
        if place % every[WIDE] == 0
        else "no"
        for place in back
    ]


def _summary(points: Sequence[Point]) -> str:
    known = [(point, _number(point.value)) for point in points]
    known = [(point, value) for point, value in known if value is not None]
    if not known:
        return _("No figures yet.")
    high, top = max(known, key=lambda pair: pair[1])
    low, bottom = min(known, key=lambda pair: pair[1])
    if top == bottom:
        words = _("%(label)s: %(value)s.") if len(known) == 1 else _("All: %(value)s.")
        return words % {"label": high.label, "value": number_text(top)}
    return _(
        "Highest: %(high)s (%(top)s). Lowest: %(low)s (%(bottom)s). "
        "The table has all the figures."
    ) % {
        "high": high.label,
        "top": number_text(top),
        "low": low.label,
        "bottom": number_text(bottom),
    }
