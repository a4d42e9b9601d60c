"""Everything that changes teams and their members."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Max

from content import pagecache
from members.models import Person, Unit
from teams import rules
from teams.freshness import AREA
from teams.models import DigitalTeam, TeamMember, TeamPlace, TeamSkill
from teams.rules import Refusal, Refused
from vietnam.dates import local_day
from vietnam.slug import slugify

logger = logging.getLogger(__name__)

Level = DigitalTeam.Level
Role = TeamMember.Role
DAY = dt.timedelta(days=1)

# Addresses of pages that stand where a team's address could stand.
RESERVED = frozenset({"so-lieu", "bao-cao", "de-nghi-ho-tro"})
SLUG_LENGTH = 100


def create_team(
    *,
    unit: Unit,
    name: str,
    now: dt.datetime,
    level: Level = Level.VILLAGE,
    **facts,
) -> DigitalTeam:
    """Set up a team in a unit; its address comes from its name and its unit.

    `facts` are further columns of the row. Raises Refused.
    """
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit.pk)
        if refusal := rules.why_not_create(unit, name, on=local_day(now)):
            raise Refused(refusal)
        slug = free_slugs([(name, unit.slug)])[0]
        team = DigitalTeam.objects.create(
            unit=unit, name=name, level=level, slug=slug, **facts
        )
    logger.debug("team %s created in unit %s", team.pk, unit.pk)
    return team


def free_slugs(wanted: list[tuple[str, str]]) -> list[str]:
    """An address for each pair of team name and unit slug, in two queries at most.

    Many communes have a team of the same name, so the unit's address goes along; a
    number follows where that is taken too.
    """
    stems = [_stem(name, unit_slug) for name, unit_slug in wanted]
    taken = set(RESERVED)
    taken.update(DigitalTeam.objects.order_by().values_list("slug", flat=True))
    slugs = []
    for stem in stems:
        slug, number = stem, 1
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        taken.add(slug)
        slugs.append(slug)
    return slugs


def _stem(name: str, unit_slug: str) -> str:
    own = slugify(name, fallback="to", max_length=SLUG_LENGTH)
    if own == unit_slug or own.endswith(f"-{unit_slug}"):
        text = own
    else:
        text = f"{slugify(name, fallback='to', max_length=60)}-{unit_slug}"
    # Room for the number.
    return text[: SLUG_LENGTH - 6].strip("-")


def rename_team(*, team: DigitalTeam, name: str) -> DigitalTeam:
    """Give a team another name; its address stays. Raises Refused."""
    with transaction.atomic():
        team = _locked(team)
        if refusal := rules.why_not_name(team.unit, name, besides=team):
            raise Refused(refusal)
        team.name = name
        team.save()
    return team


def end_team(*, team: DigitalTeam, last_day: dt.date, now: dt.datetime) -> DigitalTeam:
    """End a team; who is in it leaves on the same day. Raises Refused.

    Done twice is done once. Members who would have come later never come.
    """
    with transaction.atomic():
        team = _locked(team)
        if refusal := rules.why_not_end_team(team, last_day=last_day):
            raise Refused(refusal)
        team.active_to = last_day
        team.save(update_fields=["active_to", "updated_at"])
        team.memberships.filter(starts_on__gt=last_day).delete()
        team.memberships.lasting(last_day).update(ends_on=last_day)
        pagecache.touch(AREA)
    logger.info("team %s ends on %s, said at %s", team.pk, last_day, now)
    return team


def add_member(
    *,
    team: DigitalTeam,
    person: Person,
    now: dt.datetime,
    role: Role = Role.MEMBER,
    is_union_member: bool = False,
    starts_on: dt.date | None = None,
    name_is_public: bool = False,
    in_both: bool = False,
) -> TeamMember:
    """Take a person into a team from `starts_on` (today) on. Raises Refused.

    `in_both`: the same role in another team is meant.
    """
    starts_on = starts_on or local_day(now)
    try:
        with transaction.atomic():
            team = _locked(team)
            refusal = rules.why_not_add(
                team, person, role, starts_on=starts_on, in_both=in_both
            )
            if refusal:
                raise Refused(refusal)
            return TeamMember.objects.create(
                team=team,
                person=person,
                role=role,
                is_union_member=is_union_member,
                starts_on=starts_on,
                name_is_public=name_is_public,
            )
    except IntegrityError as error:
        # A list, which locks no single team, brought the person in at this moment.
        raise Refused(Refusal.ALREADY_IN) from error


def end_membership(
    *, membership: TeamMember, last_day: dt.date, now: dt.datetime
) -> TeamMember:
    """Let a member leave after `last_day`; the row stays as history. Raises Refused.

    Another last day for somebody who has left corrects the first.
    """
    with transaction.atomic():
        membership = _locked_member(membership)
        if refusal := rules.why_not_end(membership, last_day=last_day):
            raise Refused(refusal)
        membership.ends_on = last_day
        membership.save(update_fields=["ends_on"])
    logger.info("membership %s ends on %s, said at %s", membership.pk, last_day, now)
    return membership


def change_role(
    *, membership: TeamMember, role: Role, now: dt.datetime, in_both: bool = False
) -> TeamMember:
    """Give a member another role from today on. Raises Refused.

    The time in the old role stays as a row of its own, unless it began today.
    """
    today = local_day(now)
    with transaction.atomic():
        membership = _locked_member(membership)
        refusal = rules.why_not_change_role(membership, role, on=today, in_both=in_both)
        if refusal:
            raise Refused(refusal)
        if membership.role == role:
            return membership
        if membership.starts_on >= today:
            membership.role = role
            membership.save(update_fields=["role"])
            return membership
        last_day = membership.ends_on
        membership.ends_on = today - DAY
        membership.save(update_fields=["ends_on"])
        return _followed(
            membership,
            role=role,
            starts_on=today,
            ends_on=last_day,
            name_is_public=membership.name_is_public,
        )


def move_member(
    *,
    membership: TeamMember,
    team: DigitalTeam,
    role: Role,
    now: dt.datetime,
    in_both: bool = False,
) -> TeamMember:
    """Let a member go over to another team from today on. Raises Refused.

    The time in the old team stays as history, unless it began today. The name was
    released for the old team's page; for the new one it has to be asked again.
    """
    today = local_day(now)
    with transaction.atomic():
        # Two people who change places lock the two teams in one order.
        for pk in sorted({membership.team_id, team.pk}):
            _locked(DigitalTeam(pk=pk))
        membership, team = _locked_member(membership), _locked(team)
        refusal = rules.why_not_move(membership, team, role, on=today, in_both=in_both)
        if refusal:
            raise Refused(refusal)
        if membership.starts_on >= today:
            membership.team, membership.role = team, role
            membership.name_is_public = False
            membership.save(update_fields=["team", "role", "name_is_public"])
            return membership
        membership.ends_on = today - DAY
        membership.save(update_fields=["ends_on"])
        moved = _followed(membership, team=team, role=role, starts_on=today)
    logger.info("membership %s moved to team %s", membership.pk, team.pk)
    return moved


def return_member(
    *,
    membership: TeamMember,
    role: Role,
    now: dt.datetime,
    in_both: bool = False,
) -> TeamMember:
    """Take somebody who left back into the team from today on. Raises Refused."""
    today = local_day(now)
    with transaction.atomic():
        membership = _locked_member(membership)
        refusal = rules.why_not_return(membership, role, on=today, in_both=in_both)
        if refusal:
            raise Refused(refusal)
        return _followed(membership, role=role, starts_on=today)


def correct_member(
    *,
    membership: TeamMember,
    is_union_member: bool,
    name_is_public: bool,
    skills: Iterable[TeamSkill] | None = None,
) -> TeamMember:
    """Say anew whether a member is in the Union, what is public, what they can."""
    with transaction.atomic():
        membership = _locked_member(membership)
        membership.is_union_member = is_union_member
        membership.name_is_public = name_is_public
        membership.save(update_fields=["is_union_member", "name_is_public"])
        if skills is not None:
            membership.skills.set(skills)
    return membership


def move_team(
    *, team: DigitalTeam, unit: Unit, now: dt.datetime, name: str = ""
) -> DigitalTeam:
    """Let a team belong to another unit from today on. Raises Refused.

    What it was counted for until yesterday is remembered. `name` where it gets
    another one there.
    """
    today = local_day(now)
    with transaction.atomic():
        team = _locked(team)
        if team.unit_id == unit.pk:
            return team
        if not unit.is_current(today):
            raise Refused(Refusal.UNIT_CLOSED)
        team.name = name or team.name
        if refusal := rules.why_not_name(unit, team.name, besides=team):
            raise Refused(refusal)
        place_team(team, unit, until=today - DAY)
    return team


def place_team(team: DigitalTeam, unit: Unit, *, until: dt.date) -> None:
    """Write the other unit, and where the team was until that day.

    Of two moves on one day the first tells where it was; nobody leaves a unit before
    they came, so a merger that is written down late does not reach behind the last
    move. The caller holds the team.
    """
    last = team.places.aggregate(last=Max("until"))["last"]
    until = max(until, last or until)
    TeamPlace.objects.get_or_create(
        team=team, until=until, defaults={"unit_id": team.unit_id}
    )
    team.unit = unit
    team.save()


def _followed(membership: TeamMember, **fields) -> TeamMember:
    """The person's next time in a team, with what they are and can."""
    facts = {
        "team": membership.team,
        "person": membership.person,
        "is_union_member": membership.is_union_member,
    }
    follower = TeamMember.objects.create(**facts | fields)
    follower.skills.set(membership.skills.all())
    return follower


def _locked(team: DigitalTeam) -> DigitalTeam:
    """The team's row as it is now, kept until the transaction ends."""
    rows = DigitalTeam.objects.select_for_update(of=("self",)).select_related("unit")
    return rows.get(pk=team.pk)


def _locked_member(membership: TeamMember) -> TeamMember:
    """The team first, then the member: one order for all."""
    _locked(membership.team)
    rows = TeamMember.objects.select_for_update(of=("self",))
    return rows.select_related("team", "person").get(pk=membership.pk)
