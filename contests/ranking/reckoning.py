"""From what went in to places: one pure function, so that a run can be done again.

Equal marks are parted by the mean of the heaviest criterion, then of the next one
(of two that weigh the same, the first in the list); works that are equal in all share
a place (1, 1, 3). Nothing is ever drawn by lot or parted by the order of arrival.
A public vote counts only where the contest says by how much (voting.weighing).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from contests.models import Round
from contests.ranking import calibration
from contests.ranking.marks import Criterion, Mark, Scale, Sheet, mark_of
from contests.voting import weighing
from contests.voting.weighing import Vote

OF_VOTE = frozenset({"votes", "vote_points", "together"})
RAW, CALIBRATED = Round.RankedBy.RAW, Round.RankedBy.CALIBRATED


@dataclass(frozen=True)
class Inputs:
    """Everything that places depend on; ids only, no name of anybody."""

    ranked_by: str
    rubric: int
    criteria: tuple[Criterion, ...]
    # Entry and division, in the order of ids.
    entries: tuple[tuple[int, int], ...]
    sheets: tuple[Sheet, ...]
    # The public vote, where it weighs anything.
    vote: Vote | None = None

    def kept(self) -> dict[str, Any]:
        """As plain data, for a run; `read` is the way back."""
        vote = {"vote": self.vote.kept()} if self.vote else {}
        return vote | {
            "ranked_by": str(self.ranked_by),
            "rubric": self.rubric,
            "criteria": [[one.pk, one.weight, one.maximum] for one in self.criteria],
            "entries": [list(pair) for pair in self.entries],
            "sheets": [
                [one.entry, one.judge, int(one.counts), list(one.values)]
                for one in self.sheets
            ],
        }

    @property
    def hash(self) -> str:
        return hash_of(self.kept())


def hash_of(kept: Mapping[str, Any]) -> str:
    """The same for the same data, whatever the order of keys in the database."""
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read(kept: Mapping[str, Any]) -> Inputs:
    return Inputs(
        ranked_by=kept["ranked_by"],
        rubric=kept["rubric"],
        criteria=tuple(Criterion(*one) for one in kept["criteria"]),
        entries=tuple((entry, division) for entry, division in kept["entries"]),
        sheets=tuple(
            Sheet(entry, judge, bool(counts), tuple(values))
            for entry, judge, counts, values in kept["sheets"]
        ),
        vote=weighing.read(kept.get("vote")),
    )


@dataclass(frozen=True)
class Row:
    """One entry as it came out; numbers as fractions "n/d", so that equal is equal."""

    entry: int
    division: int
    place: int | None
    mean: str | None
    calibrated: float | None
    spread: str
    judges: int
    # Who has it to score, without those who stand aside; and how many of those.
    assigned: int
    aside: int
    # "criterion": parted from an equal by a criterion; "shared": equal in all.
    tie: str = ""
    # With a public vote that weighs: votes, what they come to, and all together.
    votes: int | None = None
    vote_points: float | None = None
    together: float | None = None

    def kept(self) -> dict[str, Any]:
        """Without a vote no word of it: runs of before read the same."""
        return {
            name: value
            for name, value in asdict(self).items()
            if name not in OF_VOTE or value is not None
        }

    @property
    def points(self) -> float | None:
        """For people: two places after the point."""
        return None if self.mean is None else round(float(Fraction(self.mean)), 2)

    @property
    def calibrated_points(self) -> float | None:
        return None if self.calibrated is None else round(self.calibrated, 2)

    @property
    def spread_points(self) -> float | None:
        """None where there are no two to be apart."""
        return None if self.judges < 2 else round(float(Fraction(self.spread)), 2)


@dataclass(frozen=True)
class Bench:
    """How a division was calibrated: what each judge adds, or why it was not."""

    division: int
    raw: str
    effects: dict[int, float]


@dataclass(frozen=True)
class Outcome:
    rows: list[Row]
    benches: list[Bench]

    def kept(self) -> dict[str, Any]:
        return {
            "rows": [row.kept() for row in self.rows],
            "benches": [
                [bench.division, bench.raw, sorted(map(list, bench.effects.items()))]
                for bench in self.benches
            ],
        }


def outcome_of(kept: Mapping[str, Any]) -> Outcome:
    """A stored outcome, read back."""
    return Outcome(
        rows=[Row(**row) for row in kept["rows"]],
        benches=[
            Bench(division, raw, dict(effects))
            for division, raw, effects in kept["benches"]
        ],
    )


def reckon(inputs: Inputs) -> Outcome:
    """Places by division, the best first; the unscored last, in the order of ids."""
    scale = Scale(inputs.criteria)
    sheets: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in inputs.sheets:
        sheets[sheet.entry].append(sheet)
    by_division: dict[int, list[int]] = defaultdict(list)
    for entry, division in inputs.entries:
        by_division[division].append(entry)
    rows, benches = [], []
    for division, entries in by_division.items():
        bench, marks = _bench(division, entries, sheets, scale)
        benches.append(bench)
        table = _table(division, entries, sheets, scale, marks, inputs)
        rows.extend(table)
    return Outcome(rows, benches)


def _bench(
    division: int,
    entries: Sequence[int],
    sheets: Mapping[int, Sequence[Sheet]],
    scale: Scale,
) -> tuple[Bench, dict[int, float]]:
    """Within a division, because that is where works compete."""
    readings = [
        (entry, sheet.judge, points / scale.one_point)
        for entry in entries
        for sheet in sheets.get(entry, ())
        if sheet.counts and (points := scale.points(sheet)) is not None
    ]
    if reason := calibration.why_not(readings):
        return Bench(division, str(reason), {}), {}
    effects = calibration.effects(readings)
    shown = {judge: round(value, 2) for judge, value in effects.items()}
    return Bench(division, "", shown), calibration.calibrated(readings, effects)


def _table(
    division: int,
    entries: Sequence[int],
    sheets: Mapping[int, Sequence[Sheet]],
    scale: Scale,
    calibrated: Mapping[int, float],
    inputs: Inputs,
) -> list[Row]:
    marks = {entry: mark_of(sheets.get(entry, ()), scale) for entry in entries}
    follow = calibrated if inputs.ranked_by == CALIBRATED and calibrated else None
    deciding = {
        entry: follow[entry] if follow else mark.mean
        for entry, mark in marks.items()
        if mark.mean is not None
    }
    vote = inputs.vote
    votes = dict(vote.votes) if vote else {}
    vote_points = vote.points(entries) if vote else {}
    together = {
        entry: vote.together(points, vote_points[entry])
        for entry, points in deciding.items()
        if entry in vote_points
    }
    keys = {
        entry: _key(marks[entry], together.get(entry, points))
        for entry, points in deciding.items()
    }
    order = sorted(keys, key=lambda entry: (keys[entry], -entry), reverse=True)
    place: dict[int, int] = {}
    for number, entry in enumerate(order, start=1):
        before = order[number - 2] if number > 1 else None
        equal = before is not None and keys[before] == keys[entry]
        place[entry] = place[before] if equal else number
    unscored = [entry for entry in entries if entry not in keys]
    return [
        _row(
            division,
            entry,
            marks[entry],
            sheets.get(entry, ()),
            place=place.get(entry),
            calibrated=calibrated.get(entry),
            tie=_tie(position, order, keys) if entry in keys else "",
            votes=votes.get(entry),
            vote_points=_float(vote_points.get(entry)),
            together=_float(together.get(entry)),
        )
        for position, entry in enumerate([*order, *unscored])
    ]


def _key(mark: Mark, deciding: Fraction | float | None) -> tuple:
    return (deciding, *mark.parts)


def _tie(position: int, order: Sequence[int], keys: Mapping[int, tuple]) -> str:
    """How an entry stands to its neighbours with the same deciding mark."""
    mine = keys[order[position]]
    around = [
        keys[order[other]]
        for other in (position - 1, position + 1)
        if 0 <= other < len(order)
    ]
    if mine in around:
        return "shared"
    return "criterion" if any(key[0] == mine[0] for key in around) else ""


def _row(
    division: int,
    entry: int,
    mark: Mark,
    sheets: Sequence[Sheet],
    *,
    place: int | None,
    calibrated: float | None,
    tie: str,
    **of_vote: Any,
) -> Row:
    counting = sum(sheet.counts for sheet in sheets)
    return Row(
        entry=entry,
        division=division,
        place=place,
        mean=None if mark.mean is None else str(mark.mean),
        calibrated=calibrated,
        spread=str(mark.spread),
        judges=mark.judges,
        assigned=counting,
        aside=len(sheets) - counting,
        tie=tie,
        **of_vote,
    )


def _float(value: Fraction | float | None) -> float | None:
    return None if value is None else float(value)
