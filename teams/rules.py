"""Questions about teams and members; each answers yes or why not."""

from __future__ import annotations

import datetime as dt

from django.db.models import TextChoices
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
    team: DigitalTeam, person: Person, role: TeamMember.Role, *, starts_on: dt.date
) -> Refusal | None:
    """Why the person cannot come into the team on that day."""
    if team.active_to and team.active_to < starts_on:
        return Refusal.TEAM_ENDED
    if team.memberships.lasting(starts_on).filter(person=person).exists():
        return Refusal.ALREADY_IN
    return _why_not_lead(team, role, starts_on)


def why_not_change_role(
    membership: TeamMember, role: TeamMember.Role, *, on: dt.date
) -> Refusal | None:
    """Why the member cannot have this role from that day on."""
    if membership.ends_on and membership.ends_on < on:
        return Refusal.LEFT
    if membership.role == role:
        return None
    return _why_not_lead(membership.team, role, on)


def why_not_end(membership: TeamMember, *, last_day: dt.date) -> Refusal | None:
    """Why the membership cannot end on that day."""
    return Refusal.BEFORE_START if last_day < membership.starts_on else None


def why_not_end_team(team: DigitalTeam, *, last_day: dt.date) -> Refusal | None:
    """Why the team cannot end on that day."""
    if team.active_from and last_day < team.active_from:
        return Refusal.BEFORE_START
    return None


def _why_not_lead(
    team: DigitalTeam, role: TeamMember.Role, on: dt.date
) -> Refusal | None:
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
