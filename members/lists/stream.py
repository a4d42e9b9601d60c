"""A long list read row by row, from an .xlsx or a .csv, in bounded memory.

`sheet` holds a whole list; this yields its rows one after the other and keeps only
what heads them.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _

from content.files import FileRefused, Reason
from content.files.refusals import size_text
from members.lists import hidden
from members.lists.columns import Layout, ListColumn
from members.lists.sheet import (
    HEADINGS_WITHIN,
    MAX_COLUMNS,
    MAX_UNPACKED,
    Line,
    Place,
    Row,
    SheetRefused,
    check,
    each_row,
    filled_lines,
    find_headings,
    no_headings,
    unread_headings,
)

TEXT_SUFFIXES = (".csv", ".txt", ".tsv")
DELIMITERS = ",;\t"
_BLOCK = 1024 * 1024
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Table:
    """What heads the list, and its rows, to be read once."""

    places: dict[ListColumn, Place]
    rows: Iterator[Row]
    unread: list[str] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()


def is_text(name: str) -> bool:
    return name.lower().endswith(TEXT_SUFFIXES)


def check_either(file: BinaryIO, *, name: str, layout: Layout) -> None:
    """Let in an .xlsx or a text of a size that can be read. Raises FileRefused."""
    if not is_text(name):
        limits = {"max_bytes": layout.max_bytes, "max_unpacked": layout.max_unpacked}
        check(file, name=name, **limits)
        return
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    limit = layout.max_unpacked or MAX_UNPACKED
    if size > limit:
        words = {"size": size_text(size), "limit": size_text(limit)}
        raise FileRefused(Reason.TOO_LARGE, **words)
    if not size:
        raise FileRefused(Reason.EMPTY)


@contextmanager
def table(file: BinaryIO, layout: Layout, *, name: str) -> Iterator[Table]:
    """The first table with the headings of `layout`.

    Raises SheetRefused, also while its rows are being read.
    """
    try:
        if is_text(name):
            yield _text_table(file, layout)
            return
        import openpyxl

        with warnings.catch_warnings():
            # It warns of drop-downs and styles that it passes over.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            try:
                yield _book_table(file, book, layout)
            finally:
                book.close()
    except _UNREADABLE as error:
        # The reader meets whatever a stranger packed; each way to fail is the same.
        raise SheetRefused(
            _("The file cannot be read. Open it, save it anew as .xlsx and send that.")
        ) from error


_UNREADABLE = (KeyError, ValueError, TypeError, AttributeError, OSError, csv.Error)


def _book_table(file: BinaryIO, book, layout: Layout) -> Table:
    heads = []
    for sheet in book.worksheets[:5]:
        if not hasattr(sheet, "iter_rows"):
            continue
        rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
        lines = filled_lines(rows, layout)
        head = list(itertools.islice(lines, HEADINGS_WITHIN))
        if found := find_headings(head, layout):
            return _table(found, head, lines, hidden.look(file, sheet))
        heads.append(head)
    raise SheetRefused(no_headings(heads, layout))


def _text_table(file: BinaryIO, layout: Layout) -> Table:
    text = io.TextIOWrapper(file, encoding=_encoding(file), newline="")
    sample = text.read(20_000)
    text.seek(0)
    first = sample.partition("\n")[0]
    delimiter = max(DELIMITERS, key=lambda one: (sample.count(one), first.count(one)))
    rows = (
        tuple(values[:MAX_COLUMNS])
        for values in csv.reader(_without_nul(text), delimiter=delimiter)
    )
    lines = filled_lines(rows, layout)
    head = list(itertools.islice(lines, HEADINGS_WITHIN))
    if found := find_headings(head, layout):
        return _table(found, head, lines, hidden.NOTHING)
    raise SheetRefused(no_headings([head], layout))


def _without_nul(text: Iterable[str]) -> Iterator[str]:
    return (line.replace("\0", "") for line in text)


def _table(found, head: list[Line], lines: Iterator[Line], unseen) -> Table:
    start, places = found
    below = itertools.chain(head[start + 1 :], lines)
    return Table(
        places=places,
        rows=each_row(below, places, unseen.uncounted),
        unread=unread_headings(head[start], places),
        hidden_columns=[
            place.letter for place in places.values() if place.index in unseen.columns
        ],
        hidden_rows=unseen.rows,
    )


def _encoding(file: BinaryIO) -> str:
    """UTF-8, or UTF-16 with its mark; the old Vietnamese encodings are refused."""
    head = file.read(4)
    file.seek(0)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise SheetRefused(
            _("The letters of this file cannot be read. Save it as .xlsx or UTF-8.")
        ) from error
    file.seek(0)
    return "utf-8-sig"
