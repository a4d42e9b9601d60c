"""The member list in the very shape in which it is brought in, however long."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from django.db.models import Q, QuerySet

from content.tables import LIVE_CELL, tame
from members import permissions
from members.listing.columns import Column
from members.lists.units import UnitNames, UnitWords
from members.models import Person, User
from vietnam.dates import local_day
from vietnam.phones import display_phone

BATCH = 2000
WIDTHS = {Column.NAME: 28, Column.UNIT: 34, Column.EMAIL: 28}
Line = list[str]


class Exporter:
    """The lines of a list, read by the batch: memory does not grow with it."""

    def __init__(self, people: QuerySet[Person], *, user: User, now: dt.datetime):
        self.people = people
        units = permissions.units_for(user, "people.read").select_related("parent")
        self.units = {unit.pk: unit for unit in units}
        self.words = UnitWords(UnitNames(self.units.values(), on=local_day(now)))

    def headings(self) -> Line:
        return [column.title for column in Column]

    def lines(self) -> Iterator[Line]:
        """In the order of names, a batch a query, each beginning after the last."""
        columns = (
            *("sort_key", "pk", "member_code", "full_name", "birth_date"),
            *("birth_year", "unit_id", "phone", "email"),
        )
        rows = self.people.order_by("sort_key", "pk").values_list(*columns)
        after = Q()
        while batch := list(rows.filter(after)[:BATCH]):
            key, pk, *_rest = batch[-1]
            after = Q(sort_key__gt=key) | Q(sort_key=key, pk__gt=pk)
            yield from (self._line(*row[2:]) for row in batch)

    def _line(self, code, name, day, year, unit, phone, email) -> Line:
        born = f"{day:%d/%m/%Y}" if day else str(year or "")
        known = self.units.get(unit)
        place = self.words.of(known) if known else ""
        return [code, name, born, place, display_phone(phone) if phone else "", email]

    def csv(self) -> Iterator[bytes]:
        """With the mark that makes Excel read UTF-8; no cell is a formula."""
        writer = csv.writer(_Echo())
        yield "\ufeff".encode()
        yield writer.writerow(self.headings()).encode()
        for line in self.lines():
            yield writer.writerow([tame(cell) for cell in line]).encode()

    def xlsx(self) -> BinaryIO:
        """A file on the disk, at its beginning; words are words."""
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("Danh sách")
        sheet.freeze_panes = "A2"
        for place, column in enumerate(Column):
            letter = "ABCDEFGH"[place]
            sheet.column_dimensions[letter].width = WIDTHS.get(column, 18)
        sheet.append(self.headings())
        for line in self.lines():
            sheet.append([_word(sheet, cell) for cell in line])
        file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
        book.save(file)
        file.seek(0)
        return file


def _word(sheet, text: str):
    if not text.startswith(LIVE_CELL):
        return text or None
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type, cell.quotePrefix = "s", True
    return cell


class _Echo:
    """What a csv.writer writes to when its line is wanted back."""

    def write(self, line: str) -> str:
        return line
