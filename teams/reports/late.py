"""Whose report the commune does not have, and who is to be called about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from members import permissions
from teams.models import DigitalTeam, Report, TeamMember
from teams.reports import rules
from teams.reports.access import email_of
from teams.reports.reminders import missing
from vietnam.dates import local_day


@dataclass(frozen=True)
class Missing:
    """One team: `state` is that of a report that was begun or returned, else ""."""

    team: DigitalTeam
    leader: TeamMember | None
    report: Report | None

    @property
    def state(self) -> str:
        return self.report.state if self.report else "no"

    @property
    def phone(self) -> str:
        return self.leader.person.phone if self.leader else ""

    @property
    def gets_letters(self) -> bool:
        return self.leader is not None and bool(email_of(self.leader))


def teams_missing(user: permissions.Account, month: dt.date) -> QuerySet[DigitalTeam]:
    """As far as the account may see (rule 10)."""
    return permissions.scoped(missing(month), user, "teams.read")


def rows(
    user: permissions.Account, month: dt.date, *, now: dt.datetime
) -> list[Missing]:
    """By unit and name; three queries, however many teams."""
    leaders = TeamMember.objects.current(local_day(now)).filter(role="leader")
    begun = Report.objects.filter(month=month)
    teams = (
        teams_missing(user, month)
        .select_related("unit")
        .prefetch_related(
            Prefetch(
                "memberships",
                queryset=leaders.select_related("person", "person__user"),
                to_attr="leading",
            ),
            Prefetch("reports", queryset=begun, to_attr="begun"),
        )
        .order_by("unit__folded_name", "level", "name_folded", "id")
    )
    return [
        Missing(
            team,
            team.leading[0] if team.leading else None,
            team.begun[0] if team.begun else None,
        )
        for team in teams
    ]


def is_overdue(month: dt.date, *, now: dt.datetime) -> bool:
    return rules.due_on(month) < local_day(now)
