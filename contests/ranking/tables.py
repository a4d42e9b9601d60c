"""The standings of a round as people read them: places with the entries themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from contests.models import Division, Entry, Round
from contests.ranking.reading import reading_of
from contests.ranking.reckoning import Bench, Outcome, Row, reckon


@dataclass(frozen=True)
class Standing:
    """An entry's place in its division; `row.place` is None without a score."""

    entry: Entry
    row: Row
    below_quorum: bool
    apart: bool


@dataclass(frozen=True)
class Table:
    """One division, the best first."""

    division: Division
    standings: list[Standing]
    bench: Bench


def tables(round_: Round) -> list[Table]:
    """As scores stand now, in three queries whatever the size."""
    reading = reading_of(round_)
    return tables_of(reckon(reading.inputs), round_, reading.entries)


def tables_of(
    outcome: Outcome, round_: Round, entries: Mapping[int, Entry] | None = None
) -> list[Table]:
    """An outcome, of now or of a stored run, with its entries.

    An entry that was erased since has no line; the places of others stay.
    """
    if entries is None:
        rows = Entry.objects.select_related("division", "award")
        entries = rows.in_bulk([row.entry for row in outcome.rows])
    benches = {bench.division: bench for bench in outcome.benches}
    found: dict[int, Table] = {}
    for row in outcome.rows:
        if entry := entries.get(row.entry):
            table = found.get(row.division)
            if table is None:
                table = Table(entry.division, [], benches[row.division])
                found[row.division] = table
            table.standings.append(standing(entry, row, round_))
    return list(found.values())


def standing(entry: Entry, row: Row, round_: Round) -> Standing:
    return Standing(
        entry=entry,
        row=row,
        below_quorum=row.judges < round_.quorum,
        apart=is_apart(row, round_),
    )


def is_apart(row: Row, round_: Round) -> bool:
    """More than the round's threshold between two judges; exactly so many is not."""
    return round_.apart_over is not None and Fraction(row.spread) > round_.apart_over
