"""Reading the file: where the table begins, which column is which, row by row."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.fields import clean_line
from content.files import FileRefused, Kind, Reason, inspect
from members.lists import cells, guessing, hidden
from members.lists.columns import PASSED_OVER, Layout, ListColumn, key

MAX_BYTES = 5 * 1024 * 1024
# Ten times what a list of 10,000 rows takes; the reader holds its texts in memory.
MAX_UNPACKED = 60 * 1024 * 1024
# Empty rows that somebody coloured down to the end of the sheet.
MAX_READ = 60_000
MAX_COLUMNS = 60
# Office lists carry titles, seals and dates above the table.
HEADINGS_WITHIN = 30


class SheetRefused(Exception):
    """The file as a whole cannot be read; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Place:
    """Where a column stands and how the list itself heads it."""

    index: int
    heading: str

    @property
    def letter(self) -> str:
        from openpyxl.utils import get_column_letter

        return get_column_letter(self.index + 1)


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file; `number` is what the spreadsheet shows."""

    number: int
    values: dict[ListColumn, Any]

    def get(self, column: ListColumn) -> Any:
        return self.values.get(column)


@dataclass(frozen=True)
class Sheet:
    """The table that was found."""

    places: dict[ListColumn, Place]
    rows: list[Row]
    unread: list[str] = field(default_factory=list)
    """Headings of columns that say nothing to us; their cells are not kept."""
    hidden_columns: list[str] = field(default_factory=list)
    """Letters of columns that are read although the spreadsheet hides them."""
    hidden_rows: list[int] = field(default_factory=list)
    """Rows that are read although the spreadsheet hides them, by a filter say."""
    is_guessed: bool = False
    """No line headed the table; its columns were told from what stands in them."""


def check(
    file: BinaryIO,
    *,
    name: str,
    max_bytes: int | None = None,
    max_unpacked: int | None = None,
) -> None:
    """Let in only a plain .xlsx of a size that can be read. Raises FileRefused."""
    inspect(file, name=name, max_bytes=max_bytes or MAX_BYTES, allowed={Kind.XLSX})
    with zipfile.ZipFile(file) as package:
        unpacked = sum(part.file_size for part in package.infolist())
    file.seek(0)
    if unpacked > (max_unpacked or MAX_UNPACKED):
        raise FileRefused(Reason.PACKED)


def read(file: BinaryIO, layout: Layout) -> Sheet:
    """The first table with the headings of `layout`. Raises SheetRefused."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            # It warns of drop-downs and styles that it passes over.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            return _first_table(file, book.worksheets[:5], layout)
    except SheetRefused:
        raise
    except Exception as error:
        # The reader meets whatever a stranger packed; each way to fail is the same.
        raise SheetRefused(
            _("The file cannot be read. Open it, save it anew as .xlsx and send that.")
        ) from error


def _first_table(file: BinaryIO, sheets: Iterable, layout: Layout) -> Sheet:
    tables = []
    for sheet in sheets:
        lines = list(_lines(sheet, layout))
        if found := find_headings(lines, layout):
            start, places = found
            unseen = hidden.look(file, sheet)
            return _sheet(lines[start], lines[start + 1 :], places, unseen)
        tables.append(lines)
    raise SheetRefused(no_headings(tables, layout))


def read_text(text: str, layout: Layout) -> Sheet:
    """Rows copied out of a spreadsheet: tabs between cells, with headings or without.

    Without headings the columns are told from what stands in them. A cell may hold
    line breaks inside quotation marks. Raises SheetRefused.
    """
    lines = list(filled_lines(_pasted(text), layout))
    if found := find_headings(lines, layout):
        start, places = found
        return _sheet(lines[start], lines[start + 1 :], places, hidden.NOTHING)
    if not lines:
        raise SheetRefused(_("Nothing was pasted. Copy the rows and paste them here."))
    guessed = guessing.columns([values for _number, values in lines], layout.columns)
    places = {column: Place(index, column.title) for column, index in guessed.items()}
    if any(column not in places for column in layout.needed):
        raise SheetRefused(no_headings([lines], layout))
    return Sheet(places=places, rows=_rows(lines, places), is_guessed=True)


def _sheet(
    headings: Line, lines: list[Line], places: dict[ListColumn, Place], unseen
) -> Sheet:
    rows = _rows(lines, places, unseen.uncounted)
    return Sheet(
        places=places,
        rows=rows,
        unread=unread_headings(headings, places),
        hidden_columns=[
            place.letter for place in places.values() if place.index in unseen.columns
        ],
        hidden_rows=[row.number for row in rows if row.number in unseen.rows],
    )


Line = tuple[int, tuple[Any, ...]]


def _lines(sheet, layout: Layout) -> Iterator[Line]:
    """The rows of a worksheet that hold anything, with their numbers."""
    if not hasattr(sheet, "iter_rows"):
        return iter(())
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    return filled_lines(rows, layout)


def _pasted(text: str) -> Iterator[tuple[Any, ...]]:
    """The cells of each line; the unprintable is no reason to fail."""
    lines = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    for values in csv.reader(io.StringIO(lines), delimiter="\t"):
        yield tuple(values[:MAX_COLUMNS])


def filled_lines(rows: Iterable[tuple[Any, ...]], layout: Layout) -> Iterator[Line]:
    kept, last = 0, layout.max_read or MAX_READ
    for number, values in enumerate(rows, start=1):
        if number > last:
            raise SheetRefused(
                _("The sheet goes on below row %(number)d. Delete what is not needed.")
                % {"number": last}
            )
        if all(_is_empty(value) for value in values):
            continue
        kept += 1
        if kept > layout.most_rows + HEADINGS_WITHIN:
            raise SheetRefused(layout.too_long % {"number": layout.most_rows})
        yield number, values


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def find_headings(
    table: list[Line], layout: Layout
) -> tuple[int, dict[ListColumn, Place]] | None:
    """Which line heads the table, and where each column stands in it."""
    for index, (_number, values) in enumerate(table[:HEADINGS_WITHIN]):
        places = _places(values, layout)
        if all(column in places for column in layout.needed):
            return index, places
    return None


def _places(values: tuple[Any, ...], layout: Layout) -> dict[ListColumn, Place]:
    places: dict[ListColumn, Place] = {}
    for index, value in enumerate(values):
        column = layout.columns.of(value) if isinstance(value, str) else None
        if column is None:
            continue
        if column in places and layout.needed[0] in places:
            raise SheetRefused(
                _("Two columns are headed “%(first)s” and “%(second)s”. Keep one.")
                % {"first": places[column].heading, "second": clean_line(value)}
            )
        places[column] = Place(index, clean_line(value))
    return places


def no_headings(tables: list[list[Line]], layout: Layout) -> str:
    """Name what is missing in the line that comes closest."""
    lines = [values for table in tables for _number, values in table[:HEADINGS_WITHIN]]
    best = max((_places(values, layout) for values in lines), key=len, default={})
    missing = [column.title for column in layout.needed if column not in best]
    sentence = ngettext(
        "This column is missing: %(titles)s.",
        "These columns are missing: %(titles)s.",
        len(missing),
    )
    return sentence % {"titles": ", ".join(f"“{title}”" for title in missing)}


def unread_headings(line: Line, places: dict[ListColumn, Place]) -> list[str]:
    known = {place.index for place in places.values()}
    _number, values = line
    headings = [
        clean_line(value)[:80]
        for index, value in enumerate(values)
        if index not in known and isinstance(value, str) and value.strip()
    ]
    return [heading for heading in headings if key(heading) not in PASSED_OVER]


def _rows(
    lines: list[Line],
    places: dict[ListColumn, Place],
    uncounted: frozenset[tuple[int, int]] = frozenset(),
) -> list[Row]:
    """The rows below the headings in which one of our columns holds anything."""
    return list(each_row(lines, places, uncounted))


def each_row(
    lines: Iterable[Line],
    places: dict[ListColumn, Place],
    uncounted: frozenset[tuple[int, int]] = frozenset(),
) -> Iterator[Row]:
    for number, values in lines:
        found = {}
        for column, place in places.items():
            value = values[place.index] if place.index < len(values) else None
            if _is_empty(value) and (number, place.index) in uncounted:
                value = cells.UNCOUNTED
            if not _is_empty(value):
                found[column] = value
        if found:
            yield Row(number, found)
