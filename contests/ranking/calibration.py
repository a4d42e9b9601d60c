"""Strict and lenient judges: what each adds to every work, and the marks without it.

points(entry, judge) = worth(entry) + effect(judge) + chance, solved by least squares.
Effects are shrunk towards nothing: SHRINK is added to the number of works that a judge
read, so that few works say little about a judge. Where there is too little to compare
(`why_not`), nothing is calibrated and the plain mean stands.

A worked example, by hand (`tests/contests/ranking/test_calibration.py` holds it):
judge A gives works 1 to 5 the points 80, 70, 60, 50, 40 and judge B gives the same
works 70, 60, 50, 40, 30: ten less each time. A alone reads work 6 and gives 80, B
alone reads work 7 and gives 76. Works that one judge read say nothing about judges.
For A the equation is (5 + SHRINK) a − 5/2 (a + b) = 5 · (+5), for B the same with −5;
so b = −a and (5 + 5) a = 25: a = 2.5, b = −2.5. Half of the ten points between them
is believed after five works. Calibrated, work 6 has 80 − 2.5 = 77.5 and work 7 has
76 + 2.5 = 78.5: work 7 was read by the stricter judge and is the better one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

LEAST_SCORES = 5
SHRINK = 5
PLACES = 4
"""Marks that agree in so many places after the point are equal."""

Readings = Sequence[tuple[int, int, float]]
"""Entry, judge, points (0 to 100)."""


class Raw(models.TextChoices):
    """Why marks are not calibrated; words for the minutes."""

    FEW = "few", _("a judge has scored fewer than five works")
    APART = "apart", _("the judges have too few works in common")
    ALONE = "alone", _("only one judge has scored")


def why_not(readings: Readings) -> Raw | None:
    """At least five works a judge, and one chain of common works that joins all."""
    judges: dict[int, int] = defaultdict(int)
    for _entry, judge, _points in readings:
        judges[judge] += 1
    if len(judges) < 2:
        return Raw.ALONE
    if min(judges.values()) < LEAST_SCORES:
        return Raw.FEW
    return None if _connected(readings) else Raw.APART


def effects(readings: Readings) -> dict[int, float]:
    """How many points each judge adds, by judge; the sum is about nothing.

    The worths are eliminated, which leaves one small equation for each judge:
    (n + SHRINK) b_j − Σ over works of j, Σ over judges k of the work, b_k / m
    = Σ over works of j (points − mean of the work), with m judges of the work.
    """
    by_entry: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for entry, judge, points in readings:
        by_entry[entry].append((judge, points))
    judges = sorted({judge for _entry, judge, _points in readings})
    place = {judge: number for number, judge in enumerate(judges)}
    size = len(judges)
    matrix = [[0.0] * size for _judge in judges]
    right = [0.0] * size
    for given in by_entry.values():
        number = len(given)
        mean = sum(points for _judge, points in given) / number
        for judge, points in given:
            row = matrix[place[judge]]
            row[place[judge]] += 1.0
            right[place[judge]] += points - mean
            for other, _points in given:
                row[place[other]] -= 1.0 / number
    for number in range(size):
        matrix[number][number] += SHRINK
    return dict(zip(judges, _solved(matrix, right), strict=True))


def calibrated(readings: Readings, effect: Mapping[int, float]) -> dict[int, float]:
    """The mean of each entry without what its judges add."""
    sums: dict[int, list[float]] = defaultdict(list)
    for entry, judge, points in readings:
        sums[entry].append(points - effect[judge])
    return {
        entry: round(sum(values) / len(values), PLACES)
        for entry, values in sums.items()
    }


def _connected(readings: Readings) -> bool:
    readers: dict[int, list[int]] = defaultdict(list)
    works: dict[int, list[int]] = defaultdict(list)
    for entry, judge, _points in readings:
        readers[entry].append(judge)
        works[judge].append(entry)
    start = next(iter(works))
    seen, waiting = {start}, [start]
    while waiting:
        for entry in works[waiting.pop()]:
            fresh = _unseen(readers.pop(entry, ()), seen)
            seen.update(fresh)
            waiting.extend(fresh)
    return len(seen) == len(works)


def _unseen(judges: Iterable[int], seen: set[int]) -> list[int]:
    return [judge for judge in judges if judge not in seen]


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination; SHRINK makes the diagonal heavy, so no row is swapped."""
    size = len(right)
    for top in range(size):
        for low in range(top + 1, size):
            factor = matrix[low][top] / matrix[top][top]
            if factor:
                for column in range(top, size):
                    matrix[low][column] -= factor * matrix[top][column]
                right[low] -= factor * right[top]
    found = [0.0] * size
    for top in reversed(range(size)):
        rest = sum(matrix[top][k] * found[k] for k in range(top + 1, size))
        found[top] = (right[top] - rest) / matrix[top][top]
    return found
