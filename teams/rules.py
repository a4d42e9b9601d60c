"""Questions about teams and members; each answers yes or why not."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members import rules as people_rules
from members.models import Consent, Person, Unit
from teams.models import DigitalTeam, TeamMember
from vietnam.fold import fold


class Refusal(TextChoices):
    """Why something about a team or its members cannot be done."""

    UNIT_CLOSED = "unit_closed", _("This unit has been closed.")
    NAME_TAKEN = "name_taken", _("The unit has a team of this name already.")
    TEAM_ENDED = "team_ended", _("The team does not exist any more.")
    ALREADY_IN = "already_in", _("This person is in the team already.")
    HAS_LEADER = "has_leader", _("The team has a leader already.")
    LEFT = "left", _("This person has left the team.")
    BEFORE_START = "before_start", _("The last day lies before the first.")
    STILL_IN = "still_in", _("This person has not left the team.")
    SAME_TEAM = "same_team", _("This is the team the person is in.")
    SAME_ROLE = (
        "same_role",
        _("This person has the same role in another team. Is that right?"),
    )


class Refused(Exception):
    """An action that a rule forbids; `reason` is the Refusal."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def why_not_name(
    unit: Unit, name: str, *, besides: DigitalTeam | None = None
) -> Refusal | None:
    """Why a going team of the unit cannot have this name; accents do not count."""
    same = DigitalTeam.objects.filter(
        unit=unit, name_folded=fold(name), active_to__isnull=True
    )
    if same.exclude(pk=besides and besides.pk).exists():
        return Refusal.NAME_TAKEN
    return None


def why_not_create(unit: Unit, name: str, *, on: dt.date) -> Refusal | None:
    """Why the unit cannot set up a team of this name."""
    if not unit.is_current(on):
        return Refusal.UNIT_CLOSED
    return why_not_name(unit, name)


def why_not_add(
    team: DigitalTeam,
    person: Person,
    role: TeamMember.Role,
    *,
    starts_on: dt.date,
    in_both: bool = False,
    leaving: TeamMember | None = None,
) -> Refusal | None:
    """Why the person cannot come into the team on that day.

    The same role in two teams is a question and not a wall: `in_both` says that
    somebody has seen it and means it. `leaving` is a time that ends thereby.
    """
    if team.active_to and team.active_to < starts_on:
        return Refusal.TEAM_ENDED
    if team.memberships.lasting(starts_on).filter(person=person).exists():
        return Refusal.ALREADY_IN
    if refusal := why_not_lead(team, role, on=starts_on):
        return refusal
    if in_both:
        return None
    others = same_role_elsewhere(person, role, team, on=starts_on)
    others = others.exclude(pk=leaving and leaving.pk)
    return Refusal.SAME_ROLE if others.exists() else None


def same_role_elsewhere(
    person: Person, role: TeamMember.Role, team: DigitalTeam, *, on: dt.date
) -> QuerySet[TeamMember]:
    """The person's time in other going teams with this very role."""
    going = DigitalTeam.objects.active(on).exclude(pk=team.pk).order_by().values("pk")
    return TeamMember.objects.lasting(on).filter(
        person=person, role=role, team__in=going
    )


def asked_about(
    person: Person, role: TeamMember.Role, team: DigitalTeam, *, on: dt.date
) -> str:
    """The question in words, with the other team's name."""
    other = same_role_elsewhere(person, role, team, on=on).select_related("team")
    return gettext(
        "%(name)s is “%(role)s” in “%(team)s” too. Somebody may be in two teams with "
        "two roles; is the same role in both what you mean?"
    ) % {
        "name": person,
        "role": TeamMember.Role(role).label,
        "team": ", ".join(str(one.team) for one in other),
    }


def why_not_move(
    membership: TeamMember,
    team: DigitalTeam,
    role: TeamMember.Role,
    *,
    on: dt.date,
    in_both: bool = False,
) -> Refusal | None:
    """Why the member cannot go over to this team on that day."""
    if membership.ends_on and membership.ends_on < on:
        return Refusal.LEFT
    if membership.team_id == team.pk:
        return Refusal.SAME_TEAM
    return why_not_add(
        team,
        membership.person,
        role,
        starts_on=on,
        in_both=in_both,
        leaving=membership,
    )


def why_not_return(
    membership: TeamMember,
    role: TeamMember.Role,
    *,
    on: dt.date,
    in_both: bool = False,
) -> Refusal | None:
    """Why somebody who left cannot come back on that day."""
    if membership.ends_on is None or membership.ends_on >= on:
        return Refusal.STILL_IN
    return why_not_add(
        membership.team, membership.person, role, starts_on=on, in_both=in_both
    )


def why_not_change_role(
    membership: TeamMember,
    role: TeamMember.Role,
    *,
    on: dt.date,
    in_both: bool = False,
) -> Refusal | None:
    """Why the member cannot have this role from that day on."""
    if membership.ends_on and membership.ends_on < on:
        return Refusal.LEFT
    if membership.role == role:
        return None
    if refusal := why_not_lead(membership.team, role, on=on):
        return refusal
    others = same_role_elsewhere(membership.person, role, membership.team, on=on)
    return Refusal.SAME_ROLE if not in_both and others.exists() else None


def why_not_end(membership: TeamMember, *, last_day: dt.date) -> Refusal | None:
    """Why the membership cannot end on that day."""
    return Refusal.BEFORE_START if last_day < membership.starts_on else None


def why_not_end_team(team: DigitalTeam, *, last_day: dt.date) -> Refusal | None:
    """Why the team cannot end on that day."""
    if team.active_from and last_day < team.active_from:
        return Refusal.BEFORE_START
    return None


def why_not_lead(
    team: DigitalTeam, role: TeamMember.Role, *, on: dt.date
) -> Refusal | None:
    """A team has one leader; any other role is free."""
    if role != TeamMember.Role.LEADER:
        return None
    leaders = team.memberships.lasting(on).filter(role=role)
    return Refusal.HAS_LEADER if leaders.exists() else None


def named_in_public(team: DigitalTeam, *, on: dt.date) -> list[TeamMember]:
    """The current members whose names the public page shows (rule 9).

    Whoever released the name, unless they are a child (or of unknown age): then the
    consents of `members.rules.may_publish` are needed as well, and withdrawing one
    takes the name off the next page.
    """
    members = team.memberships.current(on).filter(name_is_public=True)
    members = list(members.by_rank().select_related("person"))
    children = [m.person for m in members if m.person.is_child(on)]
    agreed = people_rules.publishable(children, Consent.Purpose.PUBLISH_NAME, on=on)
    return [m for m in members if m.person not in children or m.person_id in agreed]
