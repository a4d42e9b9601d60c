"""From scores to places: pure functions, and the one set of queries that feeds them.

A judge's total for an entry is Σ value ÷ maximum · weight, so 0 to 100. An entry's
mark is the mean over the judges who scored every criterion; who scored only a part,
or declared a conflict, does not count, so a missing score sinks nobody. Equal marks
share a place (1, 1, 3). Fractions, so that equal is equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from contests.models import (
    Criterion,
    Division,
    Entry,
    JudgeAssignment,
    Round,
)

APART = 15
"""Judges more than this many points (of 100) apart: read the entry once more."""


@dataclass(frozen=True)
class Mark:
    """What the judges together say of one entry; `mean` is None without a score."""

    mean: Fraction | None
    totals: tuple[Fraction, ...]
    quorum: int

    @property
    def judges(self) -> int:
        return len(self.totals)

    @property
    def spread(self) -> Fraction:
        return max(self.totals) - min(self.totals) if self.totals else Fraction()

    @property
    def below_quorum(self) -> bool:
        return self.judges < self.quorum

    @property
    def apart(self) -> bool:
        return self.spread > APART

    @property
    def points(self) -> float | None:
        """For people: two places after the point."""
        return None if self.mean is None else round(float(self.mean), 2)

    @property
    def spread_points(self) -> float:
        return round(float(self.spread), 2)


@dataclass(frozen=True)
class Standing:
    """An entry's place in its division; None without a score."""

    entry: Entry
    mark: Mark
    place: int | None
    assigned: int
    conflicts: int


@dataclass(frozen=True)
class Table:
    """One division, the best first."""

    division: Division
    standings: list[Standing]


def total(
    values: Mapping[int, object], criteria: Sequence[Criterion]
) -> Fraction | None:
    """One judge's points for an entry, None unless every criterion is scored."""
    if not criteria or any(criterion.pk not in values for criterion in criteria):
        return None
    return sum(
        (
            Fraction(values[one.pk]) / one.maximum * one.weight  # type: ignore[arg-type]
            for one in criteria
        ),
        Fraction(),
    )


def mark_of(
    scored: Iterable[Mapping[int, object]],
    criteria: Sequence[Criterion],
    *,
    quorum: int,
) -> Mark:
    """The mark of one entry from the scores of its judges by criterion id."""
    totals = tuple(
        points for values in scored if (points := total(values, criteria)) is not None
    )
    mean = sum(totals, Fraction()) / len(totals) if totals else None
    return Mark(mean=mean, totals=totals, quorum=quorum)


def places(marks: Mapping[int, Mark]) -> dict[int, int | None]:
    """The place of each key; equal means share one, and what is unscored has none."""
    means = sorted(
        (mark.mean for mark in marks.values() if mark.mean is not None), reverse=True
    )
    first = {mean: number for number, mean in reversed(list(enumerate(means, 1)))}
    return {
        key: None if mark.mean is None else first[mark.mean]
        for key, mark in marks.items()
    }


def tables(round_: Round) -> list[Table]:
    """The standings of a round by division, in three queries whatever its size."""
    criteria = list(round_.criteria.all())
    entries = (
        Entry.objects.in_contest()
        .filter(contest=round_.contest_id)
        .select_related("division", "award")
        .order_by("division__order", "division_id", "code")
    )
    sheets = _sheets(round_)
    by_division: dict[Division, list[Entry]] = {}
    for entry in entries:
        by_division.setdefault(entry.division, []).append(entry)
    return [
        _table(division, rows, sheets, criteria, round_.quorum)
        for division, rows in by_division.items()
    ]


@dataclass
class _Sheet:
    """What one judge wrote down for one entry."""

    conflict: bool
    values: dict[int, object]


def _sheets(round_: Round) -> dict[int, list[_Sheet]]:
    """The sheets of each entry, assignments and scores read in one go."""
    rows = (
        JudgeAssignment.objects.filter(round=round_)
        .order_by("entry", "pk")
        .values_list("entry", "pk", "conflict", "scores__criterion", "scores__value")
    )
    found: dict[int, dict[int, _Sheet]] = {}
    for entry, pk, conflict, criterion, value in rows:
        of_entry = found.setdefault(entry, {})
        sheet = of_entry.setdefault(pk, _Sheet(bool(conflict), {}))
        if criterion is not None:
            sheet.values[criterion] = value
    return {entry: list(sheets.values()) for entry, sheets in found.items()}


def _table(
    division: Division,
    entries: Sequence[Entry],
    sheets: Mapping[int, Sequence[_Sheet]],
    criteria: Sequence[Criterion],
    quorum: int,
) -> Table:
    free = {
        entry.pk: [one for one in sheets.get(entry.pk, ()) if not one.conflict]
        for entry in entries
    }
    marks = {
        pk: mark_of([one.values for one in counted], criteria, quorum=quorum)
        for pk, counted in free.items()
    }
    place = places(marks)
    standings = [
        Standing(
            entry=entry,
            mark=marks[entry.pk],
            place=place[entry.pk],
            assigned=len(free[entry.pk]),
            conflicts=len(sheets.get(entry.pk, ())) - len(free[entry.pk]),
        )
        for entry in entries
    ]
    standings.sort(key=lambda one: (one.place is None, one.place, one.entry.code))
    return Table(division=division, standings=standings)
