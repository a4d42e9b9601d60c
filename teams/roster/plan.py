"""Everything that a list would change, and everything that is wrong with it.

Nothing is written here. The same plan is made for the preview and, under the lock,
once more before it is carried out; the fingerprints tell whether both agree.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from members import permissions
from members.matching import Certainty, Known, Typed
from members.models import Person, Unit, User, code_key
from teams.models import DigitalTeam, TeamMember
from teams.roster import cells
from teams.roster.cells import CellRefused
from teams.roster.columns import TEAM_COLUMNS, Column
from teams.roster.sheet import Place, Row, Sheet
from teams.roster.units import UnitNames
from vietnam.dates import local_day
from vietnam.fold import fold
from vietnam.names import looks_miscased, title_case
from vietnam.phones import display_phone

Role = TeamMember.Role
NEW = "new"
MOST_DOUBTS = 500
FACTS = ("level", "area", "households", "decision_number", "decision_date")


@dataclass(frozen=True)
class CellError:
    """What is wrong in one cell."""

    row: int
    column: str
    heading: str
    sentence: str


@dataclass(frozen=True)
class Change:
    """One column of a row that exists, as it is and as it would be."""

    name: str
    label: str
    old: str
    new: str
    value: object


@dataclass(frozen=True)
class Doubt:
    """A row that may mean somebody we know; `choices` are values and what they mean."""

    row: int
    name: str
    choices: list[tuple[str, str]]
    chosen: str = ""


@dataclass
class MemberPlan:
    """What becomes of one row with a person."""

    row: int
    person: Person
    role: Role
    is_union_member: bool
    starts_on: dt.date
    membership: TeamMember | None = None
    filled: list[Change] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def is_new_person(self) -> bool:
        return self.person.pk is None

    @property
    def changed(self) -> bool:
        return self.membership is None or bool(self.filled or self.changes)


@dataclass
class TeamPlan:
    """What becomes of one team."""

    row: int
    team: DigitalTeam
    changes: list[Change] = field(default_factory=list)
    members: list[MemberPlan] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.team.pk is None

    @property
    def changed(self) -> bool:
        return (
            self.is_new
            or bool(self.changes)
            or any(member.changed for member in self.members)
        )

    @property
    def changed_members(self) -> list[MemberPlan]:
        return [member for member in self.members if member.changed]

    @property
    def unchanged(self) -> int:
        return len(self.members) - len(self.changed_members)


@dataclass
class Plan:
    """What the list would do."""

    teams: list[TeamPlan] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    miscased: list[tuple[int, str, str]] = field(default_factory=list)
    """Row, name as written and name as offered."""
    converted: list[tuple[int, str, str]] = field(default_factory=list)
    """Row, old phone number of eleven digits and the one it became."""

    @property
    def members(self) -> list[MemberPlan]:
        return [member for team in self.teams for member in team.members]

    @property
    def open_doubts(self) -> list[Doubt]:
        return [doubt for doubt in self.doubts if not doubt.chosen]

    @property
    def changed_teams(self) -> list[TeamPlan]:
        return [team for team in self.teams if team.changed]

    @property
    def has_too_many_doubts(self) -> bool:
        """More than anybody would answer one by one."""
        return len(self.doubts) > MOST_DOUBTS

    @property
    def is_ready(self) -> bool:
        return not self.errors and not self.open_doubts

    @property
    def is_empty(self) -> bool:
        """The list says nothing that the portal does not know."""
        return self.is_ready and not self.changed_teams

    def counts(self) -> dict[str, int]:
        members = self.members
        return {
            "teams": len(self.teams),
            "new_teams": sum(team.is_new for team in self.teams),
            "changed_teams": sum(bool(t.changes) and not t.is_new for t in self.teams),
            "members": len(members),
            "new_members": sum(member.membership is None for member in members),
            "changed_members": sum(
                member.changed and member.membership is not None for member in members
            ),
            "new_people": len({id(m.person) for m in members if m.is_new_person}),
        }

    def fingerprint(self) -> str:
        """Two plans that would do the same have the same one."""
        lines = []
        for team in self.teams:
            lines.append(f"T {team.row} {team.team.pk} {team.changes}")
            lines += [
                # Capitals or not is a choice of whoever carries it out.
                f"M {m.row} {m.person.pk} {fold(m.person.full_name)} {m.role} "
                f"{m.is_union_member} {m.membership and m.membership.pk} "
                f"{m.filled} {m.changes}"
                for m in team.members
            ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


@dataclass
class _Typed:
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
    since: dt.date | None = None

    @property
    def number(self) -> int:
        return self.row.number

    def as_typed(self) -> Typed:
        return Typed(self.name, self.birth_date, self.birth_year, self.unit, self.code)


def make_plan(
    sheet: Sheet,
    *,
    user: User,
    now: dt.datetime,
    choices: Mapping[int, str] | None = None,
    tidy_names: bool = False,
) -> Plan:
    """What the list would do if `user` carried it out at `now`.

    `choices` answer doubts by row: "new", "p<person id>" or "r<row of this list>".
    `tidy_names` writes names in capitals as offered. Reads the database in a handful
    of queries, however long the list.
    """
    planner = _Planner(sheet, user, local_day(now), choices or {}, tidy_names)
    return planner.run()


class _Planner:
    def __init__(self, sheet, user, today, choices, tidy_names) -> None:
        self.sheet, self.user, self.today = sheet, user, today
        self.choices, self.tidy_names = choices, tidy_names
        self.plan = Plan(unread=sheet.unread)
        self.teams: dict[tuple[int, str], TeamPlan] = {}
        self.first_typed: dict[tuple[int, str], _Typed] = {}
        # The rows of those who are new; the list itself keeps the objects alive.
        self.rows: dict[int, int] = {}

    def run(self) -> Plan:
        typed = self._understand()
        self._find_teams(typed)
        self._find_people([one for one in typed if one.name and one.unit])
        for one in typed:
            if one.team_name and one.unit:
                self._take(one)
        for team in self.teams.values():
            self._check_leader(team)
        self.plan.teams = list(self.teams.values())
        self.plan.errors.sort(key=lambda error: error.row)
        return self.plan

    # --- Reading the cells ------------------------------------------------------

    def _understand(self) -> list[_Typed]:
        manageable = permissions.units_for(self.user, "teams.manage")
        self.units = UnitNames(manageable, on=self.today)
        self.unit_cells: dict[str, Unit | CellRefused] = {}
        typed, above = [], None
        for row in self.sheet.rows:
            one = self._understand_row(row, above)
            typed.append(one)
            above = one
        return typed

    def _understand_row(self, row: Row, above: _Typed | None) -> _Typed:
        one = _Typed(row)
        name = self._cell(row, Column.TEAM, cells.text_of, 150)
        if name == "":
            name = above.team_name if above else ""
            # The row above has said already what is wrong with its name.
            if above is None:
                self._error(row, Column.TEAM, _("The name of the team is missing."))
        one.team_name = name or ""
        self._understand_unit(one, above)
        self._understand_facts(one)
        self._understand_person(one)
        return one

    def _understand_unit(self, one: _Typed, above: _Typed | None) -> None:
        text = self._cell(one.row, Column.UNIT, cells.text_of, 200)
        if text is None:
            return
        if not text:
            one.unit = above.unit if above else None
            # The row above has said already what is wrong with its unit.
            if one.unit is None and above is None:
                self._error(one.row, Column.UNIT, _("The unit is missing."))
            return
        if text not in self.unit_cells:
            try:
                self.unit_cells[text] = self.units.find(text)
            except CellRefused as refused:
                self.unit_cells[text] = refused
        found = self.unit_cells[text]
        if isinstance(found, CellRefused):
            self._error(one.row, Column.UNIT, found.sentence)
        else:
            one.unit = found

    def _understand_facts(self, one: _Typed) -> None:
        row, cell = one.row, self._cell
        one.facts = {
            "level": cell(row, Column.LEVEL, cells.level_of),
            "area": cell(row, Column.AREA, cells.text_of, 200),
            "households": cell(row, Column.HOUSEHOLDS, cells.number_of),
            "decision_number": cell(row, Column.DECISION, cells.text_of, 60),
            "decision_date": self._date(row, Column.DECISION_DATE),
        }

    def _understand_person(self, one: _Typed) -> None:
        row, cell = one.row, self._cell
        one.name = cell(row, Column.NAME, cells.name_of) or ""
        born = self._cell(row, Column.BORN, cells.born_of, today=self.today)
        one.birth_date, one.birth_year = born or (None, None)
        one.role = cell(row, Column.ROLE, cells.role_of)
        one.union = cell(row, Column.UNION, cells.union_of)
        phone = cell(row, Column.PHONE, cells.phone_of)
        one.email = cell(row, Column.EMAIL, cells.email_of) or ""
        one.code = cell(row, Column.CODE, cells.text_of, 30) or ""
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

    def _check_nameless(self, one: _Typed) -> None:
        """A row without a name may say something of its team, but of nobody else."""
        about_person = (Column.BORN, Column.ROLE, Column.PHONE, Column.EMAIL)
        if any(one.row.get(column) is not None for column in about_person):
            self._error(one.row, Column.NAME, _("The name of the person is missing."))

    def _date(self, row: Row, column: Column) -> dt.date | None:
        return self._cell(row, column, cells.date_of, today=self.today)

    def _cell(self, row: Row, column: Column, reader, *args, **kwargs):
        """What the cell says, or None with an error noted."""
        try:
            return reader(row.get(column), *args, **kwargs)
        except CellRefused as refused:
            self._error(row, column, refused.sentence)
            return None

    def _error(self, row: Row, column: Column, sentence) -> None:
        place = self.sheet.places.get(column) or Place(-1, column.title)
        letter = place.letter if place.index >= 0 else ""
        self.plan.errors.append(
            CellError(row.number, letter, place.heading, str(sentence))
        )

    # --- What exists ------------------------------------------------------------

    def _find_teams(self, typed: list[_Typed]) -> None:
        units = {one.unit.pk for one in typed if one.unit}
        going = DigitalTeam.objects.filter(unit__in=units, active_to__isnull=True)
        self.known_teams = {
            (team.unit_id, team.name_folded): team
            for team in going.select_related("unit")
        }
        members = TeamMember.objects.filter(team__in=going.order_by().values("pk"))
        self.known_members: dict[int, list[TeamMember]] = {}
        for member in (
            members.lasting(self.today).select_related("person__unit").order_by()
        ):
            self.known_members.setdefault(member.team_id, []).append(member)

    def _find_people(self, typed: list[_Typed]) -> None:
        among = permissions.scoped(
            Person.objects.select_related("unit"), self.user, "people.read"
        )
        self.known = Known.read(among, [one.as_typed() for one in typed])
        self.namesakes: dict[tuple[int, str, str], int] = {}
        for one in typed:
            key = self._name_key(one)
            self.namesakes[key] = self.namesakes.get(key, 0) + 1

    @staticmethod
    def _name_key(one: _Typed) -> tuple[int, str, str]:
        return one.unit.pk, fold(one.team_name), fold(one.name)

    # --- One row after the other ------------------------------------------------

    def _take(self, one: _Typed) -> None:
        team = self._team(one)
        if one.name:
            self._take_member(one, team)

    def _team(self, one: _Typed) -> TeamPlan:
        key = one.unit.pk, fold(one.team_name)
        team = self.teams.get(key)
        if team:
            self._check_same_team(one, team, self.first_typed[key])
            return team
        known = self.known_teams.get(key)
        given = {name: value for name, value in one.facts.items() if value}
        if known is None:
            known = DigitalTeam(unit=one.unit, name=one.team_name, **given)
            team = TeamPlan(one.number, known)
        else:
            team = TeamPlan(one.number, known, changes=_changes(known, given))
        self.teams[key], self.first_typed[key] = team, one
        return team

    def _check_same_team(self, one: _Typed, team: TeamPlan, first: _Typed) -> None:
        """Two teams of one unit need two names; the facts tell them apart."""
        if _caseless(one.team_name) != _caseless(first.team_name):
            self._error(
                one.row,
                Column.TEAM,
                _(
                    "Row %(row)d has “%(name)s”. Two teams of one unit need names "
                    "that differ by more than accents."
                )
                % {"row": first.number, "name": first.team_name},
            )
            return
        for name, column in zip(FACTS, TEAM_COLUMNS, strict=True):
            value, before = one.facts[name], first.facts[name]
            if not value or _same(value, before):
                continue
            if before:
                self._error(
                    one.row,
                    column,
                    _(
                        "Row %(row)d says otherwise of this team. If there are two "
                        "teams, give them two names."
                    )
                    % {"row": first.number},
                )
            elif team.is_new:
                first.facts[name] = value
                setattr(team.team, name, value)
            else:
                first.facts[name] = value
                team.changes += _changes(team.team, {name: value})

    def _take_member(self, one: _Typed, team: TeamPlan) -> None:
        membership = self._membership(one, team)
        person = membership.person if membership else self._person(one)
        if person is None:
            return
        for other in team.members:
            same = other.person is person or (
                person.pk is not None and other.person.pk == person.pk
            )
            if same:
                self._error(
                    one.row,
                    Column.NAME,
                    _("This person stands in the team already, in row %(row)d.")
                    % {"row": other.row},
                )
                return
        if membership is None and person.pk is not None and team.team.pk:
            membership = self._member_of(team, person)
        team.members.append(self._member_plan(one, person, membership))

    def _member_of(self, team: TeamPlan, person: Person) -> TeamMember | None:
        members = self.known_members.get(team.team.pk, [])
        return next((m for m in members if m.person_id == person.pk), None)

    def _membership(self, one: _Typed, team: TeamPlan) -> TeamMember | None:
        """The member whom this row is about: the only one of that name in the team.

        Nobody is guessed: where the list or the team has two of that name, the year
        of birth has to tell them apart.
        """
        if team.team.pk is None:
            return None
        alike = [
            member
            for member in self.known_members.get(team.team.pk, [])
            if member.person.folded_name == fold(one.name)
            and not _clash(member.person, one)
        ]
        if len(alike) != 1:
            return None
        if self.namesakes[self._name_key(one)] > 1:
            year = one.as_typed().year
            sure = year is not None and alike[0].person.birth_year == year
            return alike[0] if sure else None
        return alike[0]

    def _person(self, one: _Typed) -> Person | None:
        """Whom the row means; None while that is in doubt."""
        found = self.known.match(one.as_typed())
        if found.certainty == Certainty.EXACT:
            return found.person
        if found.certainty == Certainty.NONE:
            return self._new_person(one)
        values = {self._value(person): person for person in found.people}
        chosen = self.choices.get(one.number, "")
        if chosen != NEW and chosen not in values:
            chosen = ""
        choices = [(value, self._describe(p)) for value, p in values.items()]
        choices.append((NEW, _("Somebody else, who is new here")))
        self.plan.doubts.append(Doubt(one.number, one.name, choices, chosen))
        if not chosen:
            return None
        return self._new_person(one) if chosen == NEW else values[chosen]

    def _value(self, person: Person) -> str:
        return f"p{person.pk}" if person.pk is not None else f"r{self._row_of(person)}"

    def _row_of(self, person: Person) -> int:
        return self.rows[id(person)]

    def _describe(self, person: Person) -> str:
        """Enough to tell two people apart, and no more."""
        parts = [person.full_name]
        if person.birth_date:
            parts.append(f"{person.birth_date:%d/%m/%Y}")
        elif person.birth_year:
            parts.append(str(person.birth_year))
        if person.unit:
            parts.append(str(person.unit))
        if person.phone:
            digits = {"digits": person.phone[-3:]}
            parts.append(_("phone ending in %(digits)s") % digits)
        if person.pk is None:
            row = {"row": self._row_of(person)}
            parts.append(_("row %(row)d of this list") % row)
        return ", ".join(parts)

    def _new_person(self, one: _Typed) -> Person:
        person = Person(
            full_name=one.name,
            birth_date=one.birth_date,
            birth_year=one.birth_year,
            phone=one.phone,
            email=one.email,
            unit=one.unit,
            member_code=one.code,
        )
        self.rows[id(person)] = one.number
        self.known.add(person)
        return person

    def _member_plan(
        self, one: _Typed, person: Person, membership: TeamMember | None
    ) -> MemberPlan:
        plan = MemberPlan(
            row=one.number,
            person=person,
            role=one.role or Role.MEMBER,
            is_union_member=bool(one.union),
            starts_on=one.since or self.today,
            membership=membership,
        )
        filled = _filled(person, one)
        if person.pk is None:
            for change in filled:
                setattr(person, change.name, change.value)
        elif self._may_fill(person):
            plan.filled = filled
        if membership:
            plan.role = one.role or Role(membership.role)
            if one.union is None:
                plan.is_union_member = membership.is_union_member
            plan.starts_on = membership.starts_on
            given = {"role": plan.role, "is_union_member": plan.is_union_member}
            plan.changes = _changes(membership, given)
        return plan

    def _may_fill(self, person: Person) -> bool:
        """Somebody from elsewhere may be in the team; their data is not ours."""
        if person.unit is None:
            return permissions.everywhere(self.user, "people.read")
        return permissions.may(self.user, "people.read", person.unit)

    # --- The whole team ---------------------------------------------------------

    def _check_leader(self, team: TeamPlan) -> None:
        leaders = [member for member in team.members if member.role == Role.LEADER]
        for second in leaders[1:]:
            self._role_error(
                second,
                _("The team has a leader already, in row %(row)d.")
                % {"row": leaders[0].row},
            )
        if not leaders or team.team.pk is None:
            return
        listed = {member.membership.pk for member in team.members if member.membership}
        for member in self.known_members.get(team.team.pk, []):
            if member.role == Role.LEADER and member.pk not in listed:
                self._role_error(
                    leaders[0],
                    _(
                        "%(name)s leads this team. Put them into the list with their "
                        "new role, or end their time in the team first."
                    )
                    % {"name": member.person.full_name},
                )

    def _role_error(self, member: MemberPlan, sentence: str) -> None:
        row = next(row for row in self.sheet.rows if row.number == member.row)
        self._error(row, Column.ROLE, sentence)


def _caseless(text: str) -> str:
    return " ".join(text.casefold().split())


def _same(value: object, other: object) -> bool:
    if isinstance(value, str) and isinstance(other, str):
        return _caseless(value) == _caseless(other)
    return value == other


def _changes(
    row: DigitalTeam | TeamMember, given: Mapping[str, object]
) -> list[Change]:
    """What of `given` the row does not say already."""
    changes = []
    for name, value in given.items():
        old = getattr(row, name)
        if value == old:
            continue
        label = str(row._meta.get_field(name).verbose_name)
        old, new = _shown(row, name, old), _shown(row, name, value)
        changes.append(Change(name, label, old, new, value))
    return changes


def _shown(row: DigitalTeam | TeamMember, name: str, value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    choices = dict(row._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))


def _filled(person: Person, one: _Typed) -> list[Change]:
    """What the row knows of the person and the portal does not; nothing is replaced."""
    given = {
        "birth_date": one.birth_date,
        "birth_year": one.birth_year,
        "phone": one.phone,
        "email": one.email,
        "member_code": one.code,
    }
    if (
        person.birth_year
        and one.birth_date
        and person.birth_year != one.birth_date.year
    ):
        given["birth_date"] = None
    changes = []
    for name, value in given.items():
        if not value or getattr(person, name):
            continue
        label = str(Person._meta.get_field(name).verbose_name)
        shown = display_phone(value) if name == "phone" else value
        if isinstance(value, dt.date):
            shown = f"{value:%d/%m/%Y}"
        changes.append(Change(name, label, "–", str(shown), value))
    return changes


def _clash(person: Person, one: _Typed) -> bool:
    """Whether the row speaks of somebody else of the same name."""
    year = one.as_typed().year
    if year and person.birth_year and year != person.birth_year:
        return True
    if one.birth_date and person.birth_date and one.birth_date != person.birth_date:
        return True
    codes = code_key(one.code), person.member_key
    return all(codes) and codes[0] != codes[1]
