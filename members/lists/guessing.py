"""Which column is which in rows that were pasted without their headings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from members.lists import cells
from members.lists.cells import CellRefused
from members.lists.columns import (
    BIRTHS,
    EMAILS,
    NAMES,
    PHONES,
    Columns,
    ListColumn,
)

SURE = 0.6
"""The share of a column's filled cells that have to read as what it is taken for."""
LOOKED_AT = 60
_FAR = dt.date(2200, 1, 1)


def columns(rows: Sequence[tuple[Any, ...]], among: Columns) -> dict[ListColumn, int]:
    """The indexes of the columns that tell themselves: e-mail, phone, birth, name.

    Each is the first column that reads so; what is left over stays unread, because
    nothing tells a position from a remark.
    """
    rows = rows[:LOOKED_AT]
    width = max((len(row) for row in rows), default=0)
    found: dict[ListColumn, int] = {}
    for heading, reads in _READERS:
        column = next((one for one in among if one.value is heading), None)
        if column is None:
            continue
        for index in range(width):
            values = [row[index] for row in rows if index < len(row) and row[index]]
            if index in found.values() or not values:
                continue
            if sum(map(reads, values)) >= SURE * len(values):
                found[column] = index
                break
    return found


def _reader(read: Callable[[Any], Any]) -> Callable[[Any], bool]:
    def reads(value: Any) -> bool:
        try:
            found = read(value)
        except CellRefused:
            return False
        return found not in (None, "")

    return reads


def _birth(value: Any) -> dt.date | int | None:
    return cells.year_of(value) or cells.date_of(value, today=_FAR)


# A serial number of rows reads as nothing of these; a year reads as no phone.
_READERS = [
    (EMAILS, _reader(cells.email_of)),
    (BIRTHS, _reader(_birth)),
    (PHONES, _reader(cells.phone_of)),
    (NAMES, _reader(cells.name_of)),
]
