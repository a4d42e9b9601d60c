"""The list as text: what the form carries from page to page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Set

from members.lists import cells
from members.lists.cells import CellRefused
from members.lists.columns import Columns, ListColumn
from members.lists.sheet import Sheet
from training.enrolment.columns import Column

Fixes = Mapping[tuple[int, ListColumn], str]


def as_text(
    sheet: Sheet,
    *,
    columns: Columns = Column,
    fixes: Fixes | None = None,
    without: Set[int] = frozenset(),
) -> str:
    """Rows with tabs between their cells, below our headings.

    `fixes` are new cells by row number (from 1) and column, `without` the numbers of
    rows that are left out.
    """
    fixes = fixes or {}
    fixed = {column for _, column in fixes}
    columns = [one for one in columns if one in sheet.places or one in fixed]
    rows = (
        [cell_text(fixes.get((number, c), row.get(c))) for c in columns]
        for number, row in enumerate(sheet.rows, 1)
        if number not in without
    )
    return _tabbed([column.title for column in columns], rows)


def _tabbed(headings: list[str], rows: Iterable[list[str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return file.getvalue()


def cell_text(value: object) -> str:
    """The cell as somebody would type it; what cannot be read stays as it is."""
    try:
        return cells.text_of(value, 400)
    except CellRefused:
        return " ".join(str(value).split())[:400]
