"""Making the plan: nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from members import permissions
from members.lists.sheet import Sheet
from members.matching import Certainty, Known, describe
from members.models import Person, User
from teams.models import DigitalTeam, TeamMember
from teams.roster.changes import (
    changes_of,
    contradicts,
    filled_in,
    skill_changes,
)
from teams.roster.columns import TEAM_COLUMNS, Column
from teams.roster.plan import (
    Doubt,
    MemberPlan,
    Plan,
    Role,
    SecondTeam,
    TeamPlan,
)
from teams.roster.rows import RowReader, TypedRow
from vietnam.dates import local_day
from vietnam.fold import fold

NEW = "new"
FACTS = ("level", "area", "households", "decision_number", "decision_date")


def make_plan(
    sheet: Sheet,
    *,
    user: User,
    now: dt.datetime,
    choices: Mapping[int, str] | None = None,
    second_teams: Mapping[int, str] | None = None,
    tidy_names: bool = False,
) -> Plan:
    """What the list would do if `user` carried it out at `now`.

    `choices` answer doubts by row: "new", "p<person id>" or "r<row of this list>".
    `second_teams` say by row what becomes of the same role in another team: "both"
    or "move". `tidy_names` writes names in capitals as offered. Reads the database in
    a handful of queries, however long the list.
    """
    planner = _Planner(sheet, user, local_day(now), choices or {}, tidy_names)
    planner.second_teams = second_teams or {}
    return planner.run()


class _Planner:
    def __init__(self, sheet, user, today, choices, tidy_names) -> None:
        self.sheet, self.user, self.today = sheet, user, today
        self.choices = choices
        self.second_teams: Mapping[int, str] = {}
        self.plan = Plan(unread=sheet.unread)
        self.reader = RowReader(
            sheet, self.plan, user=user, today=today, tidy_names=tidy_names
        )
        self.teams: dict[tuple[int, str], TeamPlan] = {}
        self.first_typed: dict[tuple[int, str], TypedRow] = {}
        # The rows of those who are new; the list itself keeps the objects alive.
        self.rows: dict[int, int] = {}
        # Who stands in the list with which role already, by the person's object.
        self.roles: dict[tuple[int, Role], MemberPlan] = {}
        self.team_of: dict[int, TeamPlan] = {}

    def run(self) -> Plan:
        typed = self.reader.read()
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

    # --- What exists ------------------------------------------------------------

    def _find_teams(self, typed: list[TypedRow]) -> None:
        units = {one.unit.pk for one in typed if one.unit}
        going = DigitalTeam.objects.filter(unit__in=units, active_to__isnull=True)
        self.known_teams = {
            (team.unit_id, team.name_folded): team
            for team in going.select_related("unit")
        }
        members = TeamMember.objects.filter(team__in=going.order_by().values("pk"))
        self.known_members: dict[int, list[TeamMember]] = {}
        for member in (
            members.lasting(self.today)
            .select_related("person__unit")
            .prefetch_related("skills")
            .order_by()
        ):
            self.known_members.setdefault(member.team_id, []).append(member)

    def _find_people(self, typed: list[TypedRow]) -> None:
        among = permissions.scoped(
            Person.objects.select_related("unit"), self.user, "people.read"
        )
        self.known = Known.read(among, [one.as_typed() for one in typed])
        self._find_other_teams({fold(one.name) for one in typed})
        self.namesakes: dict[tuple[int, str, str], int] = {}
        for one in typed:
            key = self._name_key(one)
            self.namesakes[key] = self.namesakes.get(key, 0) + 1

    def _find_other_teams(self, names: set[str]) -> None:
        """Where people of these names are today, in whichever team."""
        going = DigitalTeam.objects.active(self.today).order_by().values("pk")
        rows = TeamMember.objects.lasting(self.today).filter(
            person__folded_name__in=names, team__in=going
        )
        self.in_teams: dict[int, list[TeamMember]] = {}
        for row in rows.select_related("team__unit").order_by("pk"):
            self.in_teams.setdefault(row.person_id, []).append(row)

    @staticmethod
    def _name_key(one: TypedRow) -> tuple[int, str, str]:
        return one.unit.pk, fold(one.team_name), fold(one.name)

    # --- One row after the other ------------------------------------------------

    def _take(self, one: TypedRow) -> None:
        team = self._team(one)
        if one.name:
            self._take_member(one, team)

    def _team(self, one: TypedRow) -> TeamPlan:
        key = one.unit.pk, fold(one.team_name)
        team = self.teams.get(key)
        if team:
            self._check_same_team(one, team, self.first_typed[key])
            return team
        known = self.known_teams.get(key)
        given = {name: value for name, value in one.facts.items() if value}
        if known is None:
            known = DigitalTeam(unit=one.unit, name=one.team_name, **given)
            team = TeamPlan(one.number, known, is_new=True)
        else:
            team = TeamPlan(
                one.number, known, is_new=False, changes=changes_of(known, given)
            )
        self.teams[key], self.first_typed[key] = team, one
        return team

    def _check_same_team(self, one: TypedRow, team: TeamPlan, first: TypedRow) -> None:
        """Two teams of one unit need two names; the facts tell them apart."""
        if _caseless(one.team_name) != _caseless(first.team_name):
            self.reader.error(
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
                self.reader.error(
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
                team.changes += changes_of(team.team, {name: value})

    def _take_member(self, one: TypedRow, team: TeamPlan) -> None:
        membership = self._membership(one, team)
        person = membership.person if membership else self._person(one)
        if person is None:
            return
        for other in team.members:
            same = other.person is person or (
                person.pk is not None and other.person.pk == person.pk
            )
            if same:
                self.reader.error(
                    one.row,
                    Column.NAME,
                    _("This person stands in the team already, in row %(row)d.")
                    % {"row": other.row},
                )
                return
        if membership is None and person.pk is not None and team.team.pk:
            membership = self._member_of(team, person)
        plan = self._member_plan(one, person, membership)
        self._ask_about_other_teams(one, plan, team)
        team.members.append(plan)

    def _ask_about_other_teams(
        self, one: TypedRow, plan: MemberPlan, team: TeamPlan
    ) -> None:
        """Two teams with two roles are nobody's question; one role in both is."""
        first = self.roles.setdefault((id(plan.person), plan.role), plan)
        new_role = plan.membership is None or plan.membership.role != plan.role
        others = [
            row
            for row in self.in_teams.get(plan.person.pk or 0, ())
            if row.role == plan.role and row.team_id != team.team.pk
        ]
        self.team_of[id(plan)] = team
        listed = self.team_of[id(first)].team if first is not plan else None
        if not new_role or not (others or listed):
            return
        names = [str(row.team) for row in others] or [str(listed)]
        choices = [("both", _("Yes, in both teams"))]
        if others and all(self._may_manage(row) for row in others):
            choices.append(("move", _("No, they move from there to here")))
        chosen = self.second_teams.get(one.number, "")
        chosen = chosen if chosen in dict(choices) else ""
        if chosen == "move":
            plan.leaves = others
        sentence = _("%(name)s is “%(role)s” in “%(team)s” too. Is that right?") % {
            "name": plan.person.full_name,
            "role": plan.role.label,
            "team": "”, “".join(names),
        }
        self.plan.second_teams.append(
            SecondTeam(one.number, plan.person.full_name, sentence, choices, chosen)
        )

    def _may_manage(self, row: TeamMember) -> bool:
        return permissions.may(self.user, "teams.manage", row.team.unit)

    def _member_of(self, team: TeamPlan, person: Person) -> TeamMember | None:
        members = self.known_members.get(team.team.pk, [])
        return next((m for m in members if m.person_id == person.pk), None)

    def _membership(self, one: TypedRow, team: TeamPlan) -> TeamMember | None:
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
            and not contradicts(member.person, one)
        ]
        if len(alike) != 1:
            return None
        if self.namesakes[self._name_key(one)] > 1:
            year = one.as_typed().year
            sure = year is not None and alike[0].person.birth_year == year
            return alike[0] if sure else None
        return alike[0]

    def _person(self, one: TypedRow) -> Person | None:
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
        if person.pk is not None:
            return describe(person)
        row = {"row": self._row_of(person)}
        return ", ".join([describe(person), _("row %(row)d of this list") % row])

    def _new_person(self, one: TypedRow) -> Person:
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
        self, one: TypedRow, person: Person, membership: TeamMember | None
    ) -> MemberPlan:
        plan = MemberPlan(
            row=one.number,
            person=person,
            role=one.role or Role.MEMBER,
            is_union_member=bool(one.union),
            starts_on=one.since or self.today,
            is_new_person=person.pk is None,
            membership=membership,
            skills=one.skills,
        )
        filled = filled_in(person, one)
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
            plan.changes = changes_of(membership, given)
            plan.changes += skill_changes(membership, one.skills)
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
        self.reader.error(row, Column.ROLE, sentence)


def _caseless(text: str) -> str:
    return " ".join(text.casefold().split())


def _same(value: object, other: object) -> bool:
    if isinstance(value, str) and isinstance(other, str):
        return _caseless(value) == _caseless(other)
    return value == other
