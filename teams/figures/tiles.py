"""The communes as tiles, roughly where they lie; no foreign map is asked.

Each tile says its share in words and as a bar, and has a shape by how far it is, so
that nothing hangs on colour. The table on the page has the same and the links.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from members.models import Unit
from teams.coverage import Line
from teams.models import CommuneTile
from teams.models.tile import MOST_COLUMNS

HEIGHT = 5.5
"""Of a tile, in the height of a letter."""
GAP = 0.5
FULL, HALF, LITTLE, NONE = "full", "half", "little", "none"
USUAL_COLUMNS = 6
_LONGEST = 7
"""Letters that fit side by side on a tile of a phone."""


@dataclass(frozen=True)
class Tile:
    """One commune; `x`, `width` and `bar` in percent of the map, `y` in letters."""

    name: list[str]
    """On two lines at most."""
    text: str
    kind: str
    x: str
    y: str
    width: str
    bar: str


@dataclass(frozen=True)
class TileMap:
    tiles: list[Tile]
    height: str
    summary: str
    """What it shows, for those who do not see it."""


def tile_map(lines: Sequence[Line], missing: Sequence[Unit]) -> TileMap:
    """The communes with teams, and those of the same kinds without any; one query."""
    by_unit = {line.unit.pk: line for line in lines}
    units = [line.unit for line in lines] + list(missing)
    places = _places([unit.pk for unit in units])
    columns = max((column for _row, column in places.values()), default=USUAL_COLUMNS)
    columns = max(columns, min(USUAL_COLUMNS, len(units)), 1)
    last_row = max((row for row, _column in places.values()), default=0)
    loose = [unit for unit in units if unit.pk not in places]
    for number, unit in enumerate(loose):
        row, column = divmod(number, columns)
        places[unit.pk] = last_row + row + 1, column + 1
    tiles = [
        _tile(unit, by_unit.get(unit.pk), places[unit.pk], columns) for unit in units
    ]
    rows = max((row for row, _column in places.values()), default=0)
    return TileMap(tiles, f"{rows * (HEIGHT + GAP):g}", _summary(lines, missing))


def _places(units: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Where they stand, moved up and left so that no empty edge is drawn."""
    rows = CommuneTile.objects.filter(unit__in=units).order_by()
    found = {
        unit: (row, col) for unit, row, col in rows.values_list("unit", "row", "column")
    }
    if not found:
        return {}
    top = min(row for row, _column in found.values()) - 1
    left = min(column for _row, column in found.values()) - 1
    return {unit: (row - top, column - left) for unit, (row, column) in found.items()}


def _tile(unit: Unit, line: Line | None, place: tuple[int, int], columns: int) -> Tile:
    row, column = place
    wide = 100 / min(max(columns, 1), MOST_COLUMNS)
    return Tile(
        name=_on_two_lines(_short(str(unit))),
        text=line.percent if line else _("0 teams"),
        kind=_kind(line),
        x=f"{(column - 1) * wide:.2f}",
        y=f"{(row - 1) * (HEIGHT + GAP):g}",
        width=f"{wide - 1:.2f}",
        bar=f"{line.permille / 10:.1f}" if line else "0",
    )


def _kind(line: Line | None) -> str:
    if line is None:
        return NONE
    if line.gaps == 0:
        return FULL
    return HALF if line.permille >= 500 else LITTLE


def _short(name: str) -> str:
    """Without the kind in front, which all of them have: "xã Cẩm Giàng" by its name."""
    first, _space, rest = name.partition(" ")
    return rest if rest and first.islower() else name


def _on_two_lines(name: str) -> list[str]:
    """Broken at a word; what is too long even so is cut."""
    first, rest = "", name.split()
    while rest and (not first or len(f"{first} {rest[0]}") <= _LONGEST):
        first = f"{first} {rest.pop(0)}".strip()
    return [_cut(first), *([_cut(" ".join(rest))] if rest else [])]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST + 2 else f"{text[:_LONGEST]}…"


def _summary(lines: Iterable[Line], missing: Sequence[Unit]) -> str:
    kinds = [_kind(line) for line in lines]
    return _(
        "Communes by coverage: all teams in %(full)d, half or more in %(half)d, less "
        "than half in %(little)d, no team in %(none)d. The table has all the figures."
    ) % {
        "full": kinds.count(FULL),
        "half": kinds.count(HALF),
        "little": kinds.count(LITTLE),
        "none": len(missing),
    }
