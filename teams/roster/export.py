"""The teams as a list of the very shape that can be brought in: a no-op, if it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Prefetch, QuerySet

from members import permissions
from members.lists.units import UnitNames, UnitWords
from members.models import Person, Unit, User
from teams.models import DigitalTeam, TeamMember
from teams.roster.columns import Column
from teams.roster.template import Line, workbook
from vietnam.dates import local_day
from vietnam.phones import display_phone

NAME = "to-cong-nghe-so"
LEVELS = {DigitalTeam.Level.COMMUNE: "xã", DigitalTeam.Level.VILLAGE: "thôn"}
ROLES = {
    TeamMember.Role.LEADER: "tổ trưởng",
    TeamMember.Role.DEPUTY: "tổ phó",
    TeamMember.Role.MEMBER: "thành viên",
}
UNION = {True: "có", False: "không"}


def as_list(teams: QuerySet[DigitalTeam], *, user: User, now: dt.datetime) -> bytes:
    """An .xlsx of these teams and whoever is in them today; few queries.

    Only going teams of units that exist: nothing else can be brought in again. Each
    row says everything, so that the list can be sorted and cut without losing its way.
    """
    today = local_day(now)
    # As the import reads them: among the units this very account looks after.
    names = UnitWords(UnitNames(permissions.units_for(user, "teams.read"), on=today))
    members = TeamMember.objects.current(today).by_rank()
    members = members.select_related("person").prefetch_related("skills")
    rows = (
        teams.active(today)
        .filter(unit__in=Unit.objects.current(today).order_by().values("pk"))
        .select_related("unit__parent")
        .prefetch_related(Prefetch("memberships", queryset=members, to_attr="today"))
        .order_by("unit__folded_name", "level", "name_folded", "id")
    )
    return workbook(list(_lines(rows, names, today)))


def _lines(
    teams: Iterable[DigitalTeam], names: UnitWords, today: dt.date
) -> Iterator[Line]:
    for team in teams:
        facts = _facts(team, names, today)
        if not team.today:
            yield facts
        for member in team.today:
            yield facts | _member(member)


def _facts(team: DigitalTeam, names: UnitWords, today: dt.date) -> Line:
    decided = team.decision_date
    return {
        Column.TEAM: team.name,
        Column.LEVEL: LEVELS[DigitalTeam.Level(team.level)],
        Column.UNIT: names.of(team.unit),
        Column.AREA: team.area or None,
        Column.HOUSEHOLDS: team.households,
        Column.DECISION: team.decision_number or None,
        Column.DECISION_DATE: _day(decided if decided and decided <= today else None),
    }


def _member(member: TeamMember) -> Line:
    person = member.person
    return {
        Column.NAME: person.full_name,
        Column.BORN: _born(person),
        Column.ROLE: ROLES[TeamMember.Role(member.role)],
        Column.UNION: UNION[member.is_union_member],
        Column.PHONE: display_phone(person.phone) if person.phone else None,
        Column.EMAIL: person.email or None,
        Column.CODE: person.member_code or None,
        Column.SKILLS: ", ".join(str(skill) for skill in member.skills.all()) or None,
        Column.SINCE: _day(member.starts_on),
    }


def _born(person: Person) -> str | None:
    if person.birth_date:
        return _day(person.birth_date)
    return str(person.birth_year) if person.birth_year else None


def _day(day: dt.date | None) -> str | None:
    return f"{day:%d/%m/%Y}" if day else None
