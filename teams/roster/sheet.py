"""Reading the file: where the table begins, which column is which, row by row."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import openpyxl
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl.utils import get_column_letter

from content.fields import clean_line
from content.files import FileRefused, Kind, Reason, inspect
from teams.roster.columns import NEEDED, PASSED_OVER, Column, column_of, key

MAX_BYTES = 5 * 1024 * 1024
# Ten times what a list of 10,000 rows takes; the reader holds its texts in memory.
MAX_UNPACKED = 60 * 1024 * 1024
MAX_ROWS = 10_000
MAX_COLUMNS = 60
# Office lists carry titles, seals and dates above the table.
HEADINGS_WITHIN = 30
# Empty rows that somebody coloured down to the end of the sheet.
MAX_READ = 60_000


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
        return get_column_letter(self.index + 1)


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file; `number` is what the spreadsheet shows."""

    number: int
    values: dict[Column, Any]

    def get(self, column: Column) -> Any:
        return self.values.get(column)


@dataclass(frozen=True)
class Sheet:
    """The table that was found."""

    places: dict[Column, Place]
    rows: list[Row]
    unread: list[str] = field(default_factory=list)
    """Headings of columns that say nothing to us; their cells are not kept."""


def check(file: BinaryIO, *, name: str) -> None:
    """Let in only a plain .xlsx of a size that can be read. Raises FileRefused."""
    inspect(file, name=name, max_bytes=MAX_BYTES, allowed={Kind.XLSX})
    with zipfile.ZipFile(file) as package:
        unpacked = sum(part.file_size for part in package.infolist())
    file.seek(0)
    if unpacked > MAX_UNPACKED:
        raise FileRefused(Reason.PACKED)


def read(file: BinaryIO) -> Sheet:
    """The first table with our headings. Raises SheetRefused."""
    try:
        with warnings.catch_warnings():
            # It warns of drop-downs and styles that it passes over.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            tables = [list(_lines(sheet)) for sheet in book.worksheets[:5]]
    except SheetRefused:
        raise
    except Exception as error:
        # The reader meets whatever a stranger packed; each way to fail is the same.
        raise SheetRefused(
            _("The file cannot be read. Open it, save it anew as .xlsx and send that.")
        ) from error
    headings = [_find_headings(table) for table in tables]
    found = [(t, h) for t, h in zip(tables, headings, strict=True) if h]
    if not found:
        raise SheetRefused(_no_headings(tables))
    table, (start, places) = found[0]
    return Sheet(
        places=places,
        rows=_rows(table[start + 1 :], places),
        unread=_unread(table[start], places),
    )


Line = tuple[int, tuple[Any, ...]]


def _lines(sheet) -> Iterator[Line]:
    """The rows that hold anything, with their numbers."""
    if not hasattr(sheet, "iter_rows"):
        return
    kept = 0
    for number, values in enumerate(
        sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1
    ):
        if number > MAX_READ:
            raise SheetRefused(
                _("The sheet goes on below row %(number)d. Delete what is not needed.")
                % {"number": MAX_READ}
            )
        if all(_is_empty(value) for value in values):
            continue
        kept += 1
        if kept > MAX_ROWS + HEADINGS_WITHIN:
            raise SheetRefused(
                _("The list has more than %(number)d rows. Split it by communes.")
                % {"number": MAX_ROWS}
            )
        yield number, values


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _find_headings(table: list[Line]) -> tuple[int, dict[Column, Place]] | None:
    """Which line heads the table, and where each column stands in it."""
    for index, (_number, values) in enumerate(table[:HEADINGS_WITHIN]):
        places = _places(values)
        if all(column in places for column in NEEDED):
            return index, places
    return None


def _places(values: tuple[Any, ...]) -> dict[Column, Place]:
    places: dict[Column, Place] = {}
    for index, value in enumerate(values):
        column = column_of(value) if isinstance(value, str) else None
        if column is None:
            continue
        if column in places and NEEDED[0] in places:
            raise SheetRefused(
                _("Two columns are headed “%(first)s” and “%(second)s”. Keep one.")
                % {"first": places[column].heading, "second": clean_line(value)}
            )
        places[column] = Place(index, clean_line(value))
    return places


def _no_headings(tables: list[list[Line]]) -> str:
    """Name what is missing in the line that comes closest."""
    lines = [values for table in tables for _number, values in table[:HEADINGS_WITHIN]]
    best = max((_places(values) for values in lines), key=len, default={})
    missing = [column.title for column in NEEDED if column not in best]
    sentence = ngettext(
        "This column is missing: %(titles)s.",
        "These columns are missing: %(titles)s.",
        len(missing),
    )
    return sentence % {"titles": ", ".join(f"“{title}”" for title in missing)}


def _unread(line: Line, places: dict[Column, Place]) -> list[str]:
    known = {place.index for place in places.values()}
    _number, values = line
    headings = [
        clean_line(value)[:80]
        for index, value in enumerate(values)
        if index not in known and isinstance(value, str) and value.strip()
    ]
    return [heading for heading in headings if key(heading) not in PASSED_OVER]


def _rows(lines: list[Line], places: dict[Column, Place]) -> list[Row]:
    """The rows below the headings in which one of our columns holds anything."""
    rows = []
    for number, values in lines:
        found = {
            column: values[place.index]
            for column, place in places.items()
            if place.index < len(values) and not _is_empty(values[place.index])
        }
        if found:
            rows.append(Row(number, found))
    return rows
