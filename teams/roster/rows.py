"""The rows of a list with every cell understood, or an error noted for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from members import permissions
from members.lists import cells
from members.lists.cells import CellRefused
from members.lists.sheet import Place, Row, Sheet
from members.lists.units import UnitNames
from members.matching import Typed
from members.models import Unit, User
from teams.models import TeamSkill
from teams.roster.cells import (
    households_of,
    level_of,
    role_of,
    skills_of,
    union_of,
)
from teams.roster.columns import Column
from teams.roster.plan import CellError, Plan, Role
from vietnam.names import looks_miscased, title_case
from vietnam.phones import display_phone


@dataclass
class TypedRow:
    """One row with its cells understood."""

    row: Row
    team_name: str = ""
    unit: Unit | None = None
    facts: dict[str, object] = field(default_factory=dict)
    name: str = ""
    birth_date: dt.date | None = None
    birth_year: int | None = None
    role: Role | None = None
    union: bool | None = None
    phone: str = ""
    email: str = ""
    code: str = ""
    skills: list[TeamSkill] | None = None
    since: dt.date | None = None

    @property
    def number(self) -> int:
        return self.row.number

    def as_typed(self) -> Typed:
        return Typed(self.name, self.birth_date, self.birth_year, self.unit, self.code)


class RowReader:
    """Reads row after row; errors, odd names and old phones go into the plan."""

    def __init__(
        self, sheet: Sheet, plan: Plan, *, user: User, today: dt.date, tidy_names: bool
    ) -> None:
        self.sheet, self.plan, self.today = sheet, plan, today
        self.tidy_names = tidy_names
        manageable = permissions.units_for(user, "teams.manage")
        self.units = UnitNames(manageable, on=today)
        self.skills = {one.name_folded: one for one in TeamSkill.objects.all()}
        self.unit_cells: dict[str, Unit | CellRefused] = {}

    def read(self) -> list[TypedRow]:
        typed, above = [], None
        for row in self.sheet.rows:
            one = self._understand_row(row, above)
            typed.append(one)
            above = one
        return typed

    def _understand_row(self, row: Row, above: TypedRow | None) -> TypedRow:
        one = TypedRow(row)
        name = self._cell(row, Column.TEAM, cells.text_of, 150)
        if name == "":
            name = above.team_name if above else ""
            # The row above has said already what is wrong with its name.
            if above is None:
                self.error(row, Column.TEAM, _("The name of the team is missing."))
        one.team_name = name or ""
        self._understand_unit(one, above)
        self._understand_facts(one)
        self._understand_person(one)
        return one

    def _understand_unit(self, one: TypedRow, above: TypedRow | None) -> None:
        text = self._cell(one.row, Column.UNIT, cells.text_of, 200)
        if text is None:
            return
        if not text:
            one.unit = above.unit if above else None
            # The row above has said already what is wrong with its unit.
            if one.unit is None and above is None:
                self.error(one.row, Column.UNIT, _("The unit is missing."))
            return
        if text not in self.unit_cells:
            try:
                self.unit_cells[text] = self.units.find(text)
            except CellRefused as refused:
                self.unit_cells[text] = refused
        found = self.unit_cells[text]
        if isinstance(found, CellRefused):
            self.error(one.row, Column.UNIT, found.sentence)
        else:
            one.unit = found

    def _understand_facts(self, one: TypedRow) -> None:
        row, cell = one.row, self._cell
        one.facts = {
            "level": cell(row, Column.LEVEL, level_of),
            "area": cell(row, Column.AREA, cells.text_of, 200),
            "households": cell(row, Column.HOUSEHOLDS, households_of),
            "decision_number": cell(row, Column.DECISION, cells.text_of, 60),
            "decision_date": self._date(row, Column.DECISION_DATE),
        }

    def _understand_person(self, one: TypedRow) -> None:
        row, cell = one.row, self._cell
        one.name = cell(row, Column.NAME, cells.name_of) or ""
        born = self._cell(row, Column.BORN, cells.born_of, today=self.today)
        one.birth_date, one.birth_year = born or (None, None)
        one.role = cell(row, Column.ROLE, role_of)
        one.union = cell(row, Column.UNION, union_of)
        phone = cell(row, Column.PHONE, cells.phone_of)
        one.email = cell(row, Column.EMAIL, cells.email_of) or ""
        one.code = cell(row, Column.CODE, cells.text_of, 30) or ""
        one.skills = cell(row, Column.SKILLS, skills_of, self.skills)
        one.since = self._date(row, Column.SINCE)
        if phone:
            one.phone = phone.e164
            if phone.converted:
                written = cells.text_of(row.get(Column.PHONE), 200)
                self.plan.converted.append(
                    (row.number, written, display_phone(phone.e164))
                )
        if not one.name and row.get(Column.NAME) is None:
            self._check_nameless(one)
        elif one.name and looks_miscased(one.name):
            tidy = title_case(one.name)
            self.plan.miscased.append((row.number, one.name, tidy))
            if self.tidy_names:
                one.name = tidy

    def _check_nameless(self, one: TypedRow) -> None:
        """A row without a name may say something of its team, but of nobody else."""
        about_person = (Column.BORN, Column.ROLE, Column.PHONE, Column.EMAIL)
        if any(one.row.get(column) is not None for column in about_person):
            self.error(one.row, Column.NAME, _("The name of the person is missing."))

    def _date(self, row: Row, column: Column) -> dt.date | None:
        return self._cell(row, column, cells.date_of, today=self.today)

    def _cell(self, row: Row, column: Column, reader, *args, **kwargs):
        """What the cell says, or None with an error noted."""
        try:
            return reader(row.get(column), *args, **kwargs)
        except CellRefused as refused:
            self.error(row, column, refused.sentence)
            return None

    def error(self, row: Row, column: Column, sentence) -> None:
        place = self.sheet.places.get(column) or Place(-1, column.title)
        letter = place.letter if place.index >= 0 else ""
        self.plan.errors.append(
            CellError(row.number, letter, place.heading, str(sentence))
        )
