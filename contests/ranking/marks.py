"""From one judge's scores to one entry's mark: pure functions.

A judge's points for an entry are Σ value ÷ maximum · weight, so 0 to 100. An entry's
mark is the mean over the judges who scored every criterion; who scored only a part,
or stands aside, does not count, so a missing score sinks nobody. Fractions, so that
equal is equal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

HUNDREDTHS = 100


@dataclass(frozen=True)
class Criterion:
    """What counts of a criterion. A weight of 0: scored once, counts no more."""

    pk: int
    weight: int
    maximum: int


@dataclass(frozen=True)
class Sheet:
    """What one judge wrote down for one entry, criterion by criterion.

    `values` are in hundredths and in the order of the criteria, None where nothing
    was written; `counts` is False for a judge who stands aside.
    """

    entry: int
    judge: int
    counts: bool
    values: tuple[int | None, ...]


class Scale:
    """The criteria of a round, ready to turn sheets into points.

    Whole numbers over one common denominator: forty thousand scores are added up in
    a blink, and no rounding happens.
    """

    def __init__(self, criteria: Sequence[Criterion]) -> None:
        self.criteria = criteria
        common = math.lcm(*(one.maximum for one in criteria)) if criteria else 1
        self.one_point = HUNDREDTHS * common
        self._factors = [one.weight * (common // one.maximum) for one in criteria]
        self._needed = [place for place, one in enumerate(criteria) if one.weight]

    def points(self, sheet: Sheet) -> int | None:
        """In parts of `one_point`; None unless every criterion is scored."""
        values = sheet.values
        if not self._needed or any(values[place] is None for place in self._needed):
            return None
        return sum(values[place] * self._factors[place] for place in self._needed)

    @property
    def tie_order(self) -> list[int]:
        """Places of the criteria that part equal marks, the heaviest first."""
        return sorted(self._needed, key=lambda place: -self.criteria[place].weight)


@dataclass(frozen=True)
class Mark:
    """What the judges together say of one entry; `mean` is None without a score."""

    mean: Fraction | None
    spread: Fraction
    judges: int
    # The means of single criteria, the heaviest first: they part equal marks.
    parts: tuple[Fraction, ...] = ()


NO_MARK = Mark(mean=None, spread=Fraction(), judges=0)


def mark_of(sheets: Sequence[Sheet], scale: Scale) -> Mark:
    """The mark of one entry from the sheets of its judges."""
    counted = [
        (points, sheet)
        for sheet in sheets
        if sheet.counts and (points := scale.points(sheet)) is not None
    ]
    if not counted:
        return NO_MARK
    totals = [points for points, _sheet in counted]
    number = len(totals)
    return Mark(
        mean=Fraction(sum(totals), number * scale.one_point),
        spread=Fraction(max(totals) - min(totals), scale.one_point),
        judges=number,
        parts=tuple(
            Fraction(
                sum(sheet.values[place] for _points, sheet in counted),
                number * HUNDREDTHS,
            )
            for place in scale.tie_order
        ),
    )
