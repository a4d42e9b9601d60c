"""One row of a member list with every cell understood, or what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from members import permissions
from members.codes import code_key
from members.listing.columns import Column
from members.lists import cells
from members.lists.cells import CellRefused
from members.lists.sheet import Row
from members.lists.stream import Table
from members.lists.units import UnitNames
from members.matching import Typed
from members.models import Unit, User
from vietnam.names import looks_miscased, title_case
from vietnam.phones import display_phone


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong in one cell, where it stands in the file."""

    row: int
    column: str
    heading: str
    sentence: str


@dataclass(slots=True)
class TypedRow:
    """What one row says; `errors` keep it from being brought in."""

    number: int
    name: str = ""
    birth_date: dt.date | None = None
    birth_year: int | None = None
    unit: Unit | None = None
    phone: str = ""
    email: str = ""
    code: str = ""
    errors: list[CellError] = field(default_factory=list)
    miscased: str = ""
    """The name as the list has it, where another spelling is offered."""
    converted: str = ""
    """An old number of eleven digits, as the list has it."""

    @property
    def year(self) -> int | None:
        return self.birth_date.year if self.birth_date else self.birth_year

    @property
    def key(self) -> str:
        return code_key(self.code)

    def as_typed(self) -> Typed:
        return Typed(self.name, self.birth_date, self.birth_year, self.unit, self.code)


class RowReader:
    """Reads row after row, with the units that this account looks after."""

    def __init__(
        self, table: Table, *, user: User, today: dt.date, tidy_names: bool
    ) -> None:
        self.table, self.today, self.tidy_names = table, today, tidy_names
        units = list(permissions.units_for(user, "people.manage"))
        self.units = UnitNames(units, on=today)
        self.unit_of = {unit.pk: unit for unit in units}
        self.home = home_unit(user, today)
        self.found: dict[str, Unit | CellRefused] = {}

    def __iter__(self) -> Iterator[TypedRow]:
        return map(self._understand, self.table.rows)

    def _understand(self, row: Row) -> TypedRow:
        one = TypedRow(row.number)
        one.name = self._cell(one, row, Column.NAME, cells.name_of) or ""
        if not one.name and not one.errors:
            self._error(one, Column.NAME, _("The name of the person is missing."))
        born = self._cell(one, row, Column.BORN, cells.born_of, today=self.today)
        one.birth_date, one.birth_year = born or (None, None)
        one.unit = self._cell(one, row, Column.UNIT, self._unit_of)
        one.email = self._cell(one, row, Column.EMAIL, cells.email_of) or ""
        one.code = self._cell(one, row, Column.CODE, cells.text_of, 30) or ""
        if phone := self._cell(one, row, Column.PHONE, cells.phone_of):
            one.phone = phone.e164
            if phone.converted:
                one.converted = cells.text_of(row.get(Column.PHONE), 200)
        if one.name and looks_miscased(one.name):
            one.miscased = one.name
            if self.tidy_names:
                one.name = title_case(one.name)
        return one

    def _unit_of(self, value: object) -> Unit:
        text = cells.text_of(value, 200)
        if not text:
            if self.home is None:
                raise CellRefused(_("The unit is missing."))
            return self.home
        if text not in self.found:
            try:
                self.found[text] = self.units.find(text)
            except CellRefused as refused:
                self.found[text] = refused
        found = self.found[text]
        if isinstance(found, CellRefused):
            raise found
        return found

    def _cell(self, one: TypedRow, row: Row, column: Column, reader, *args, **kwargs):
        """What the cell says, or None with an error noted."""
        try:
            return reader(row.get(column), *args, **kwargs)
        except CellRefused as refused:
            self._error(one, column, refused.sentence)
            return None

    def _error(self, one: TypedRow, column: Column, sentence) -> None:
        place = self.table.places.get(column)
        letter = place.letter if place else ""
        heading = place.heading if place else column.title
        one.errors.append(CellError(one.number, letter, heading, str(sentence)))


def home_unit(user: User, today: dt.date) -> Unit | None:
    """Where rows without a unit go: the one unit at the top of what somebody manages.

    None for the province, and for whoever looks after several: that would be a guess.
    """
    if permissions.everywhere(user, "people.manage"):
        return None
    units = permissions.units_for(user, "people.manage").current(today)
    tops = list(units.exclude(parent__in=units.order_by().values("pk"))[:2])
    return tops[0] if len(tops) == 1 else None


def phone_pair(one: TypedRow) -> str:
    """The old number and the one it became."""
    return f"{one.converted} → {display_phone(one.phone)}"
