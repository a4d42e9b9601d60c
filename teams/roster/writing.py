"""Carrying a list out: all of it or nothing."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext

from content import pagecache, waiting
from members.lists.sheet import Sheet
from members.models import Person, User
from teams.actions import DAY, free_slugs
from teams.freshness import AREA
from teams.models import DigitalTeam, TeamMember
from teams.roster.plan import MemberPlan, Plan, TeamPlan
from teams.roster.planning import make_plan
from vietnam.dates import local_day

logger = logging.getLogger(__name__)

LIST_LOCK = 0x0754_4541_4D53  # any number that nothing else locks
BATCH = 500
Fresh = tuple[TeamMember, MemberPlan]
"""A new row and the line of the list that it comes from."""


class PlanChanged(Exception):
    """What was shown is not what would happen now; `plan` says what would."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("the plan changed")
        self.plan = plan


class Busy(Exception):
    """Another list is being carried out and did not finish in time."""


def carry_out(
    *,
    sheet: Sheet,
    by: User,
    now: dt.datetime,
    fingerprint: str,
    choices: Mapping[int, str] | None = None,
    second_teams: Mapping[int, str] | None = None,
    tidy_names: bool = False,
    progress: Callable[[int], None] = lambda done: None,
    finish: Callable[[Plan], None] = lambda plan: None,
) -> Plan:
    """Do what the plan with this fingerprint says, in one transaction.

    The plan is made anew under a lock, with the rights of `by` as they are now.
    Raises PlanChanged when it differs from the one that was shown or is not ready,
    and Busy. The same list carried out twice changes nothing the second time.
    `progress` hears of the rows that are through, `finish` of the plan that was
    written, inside the same transaction.
    """

    def plan_now() -> Plan:
        return make_plan(
            sheet,
            user=by,
            now=now,
            choices=choices,
            second_teams=second_teams,
            tidy_names=tidy_names,
        )

    try:
        with waiting.no_longer(Busy), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LIST_LOCK])
            plan = plan_now()
            if not plan.is_ready or plan.fingerprint() != fingerprint:
                raise PlanChanged(plan)
            _write(plan, by, local_day(now), progress)
            finish(plan)
    except IntegrityError as error:
        # Somebody changed one of the teams by hand at this very moment.
        raise PlanChanged(plan_now()) from error
    logger.info("list of teams by account %s: %s", by.pk, plan.counts())
    return plan


def _write(
    plan: Plan, by: User, today: dt.date, progress: Callable[[int], None]
) -> None:
    new = [team for team in plan.teams if team.is_new]
    changed = [team for team in plan.changed_teams if not team.is_new]
    _write_teams(new, changed)
    _write_people(plan.members)
    _end_elsewhere(plan.members, today)
    fresh = _write_memberships(plan.members, today)
    for team in plan.teams:
        fresh += [
            (_membership(team, m), m) for m in team.members if m.membership is None
        ]
    for start in range(0, len(fresh), BATCH):
        batch = [row for row, _plan in fresh[start : start + BATCH]]
        TeamMember.objects.bulk_create(batch)
        progress(start + len(batch))
    _write_skills(plan.members, fresh)
    pagecache.touch(AREA)
    _log(by, new, ADDITION)
    _log(by, changed, CHANGE)


def _write_teams(new: list[TeamPlan], changed: list[TeamPlan]) -> None:
    teams = [plan.team for plan in new]
    slugs = free_slugs([(team.name, team.unit.slug) for team in teams])
    for team, slug in zip(teams, slugs, strict=True):
        team.slug = slug
    DigitalTeam.objects.bulk_create(teams, batch_size=BATCH)
    for plan in changed:
        for change in plan.changes:
            setattr(plan.team, change.name, change.value)
        if plan.changes:
            plan.team.save()


def _write_people(members: list[MemberPlan]) -> None:
    # One person may stand in two teams of the list.
    new = {id(m.person): m.person for m in members if m.is_new_person}
    Person.objects.bulk_create(new.values(), batch_size=BATCH)
    for member in members:
        if not member.filled:
            continue
        names = [change.name for change in member.filled]
        for change in member.filled:
            setattr(member.person, change.name, change.value)
        member.person.save(update_fields=[*names, "member_key", "updated_at"])


def _end_elsewhere(members: list[MemberPlan], today: dt.date) -> None:
    """Whoever moves here was in the other team until yesterday."""
    for member in members:
        for row in member.leaves:
            row.ends_on = max(row.starts_on, today - DAY)
            row.save(update_fields=["ends_on"])


def _write_skills(members: list[MemberPlan], fresh: list[Fresh]) -> None:
    """What the list says; who gets another role keeps what they could."""
    link = TeamMember.skills.through
    links = []
    for row, plan in fresh:
        skills = plan.skills
        if skills is None and plan.membership:
            skills = plan.membership.skills.all()
        links += [(row.pk, skill.pk) for skill in skills or ()]
    followed = {id(plan) for _row, plan in fresh}
    changed = [
        member
        for member in members
        if id(member) not in followed
        and any(change.name == "skills" for change in member.changes)
    ]
    link.objects.filter(teammember__in=[m.membership.pk for m in changed]).delete()
    for member in changed:
        links += [(member.membership.pk, skill.pk) for skill in member.skills or ()]
    link.objects.bulk_create(
        [link(teammember_id=row, teamskill_id=skill) for row, skill in links],
        batch_size=BATCH,
    )


def _write_memberships(members: list[MemberPlan], today: dt.date) -> list[Fresh]:
    """Change those that exist; give back the rows that follow them.

    Whoever stops leading comes before whoever begins: a team has one leader.
    """
    fresh = []
    changed = [member for member in members if member.changes]
    for member in sorted(changed, key=lambda m: m.role == TeamMember.Role.LEADER):
        row = member.membership
        if row.role == member.role or row.starts_on >= today:
            row.role, row.is_union_member = member.role, member.is_union_member
            row.save(update_fields=["role", "is_union_member"])
            continue
        last_day = row.ends_on
        row.ends_on = today - DAY
        row.save(update_fields=["ends_on"])
        follower = TeamMember(
            team_id=row.team_id,
            person_id=row.person_id,
            role=member.role,
            is_union_member=member.is_union_member,
            starts_on=today,
            ends_on=last_day,
            name_is_public=row.name_is_public,
        )
        fresh.append((follower, member))
    return fresh


def _membership(team: TeamPlan, member: MemberPlan) -> TeamMember:
    return TeamMember(
        team=team.team,
        person=member.person,
        role=member.role,
        is_union_member=member.is_union_member,
        starts_on=member.starts_on,
    )


def _log(by: User, teams: list[TeamPlan], flag: int) -> None:
    if teams:
        LogEntry.objects.log_actions(
            by.pk,
            [plan.team for plan in teams],
            flag,
            change_message=gettext("From a list."),
        )
