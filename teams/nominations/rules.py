"""Questions about nominations; each answers yes or why not."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from members import permissions
from members.models import Person, Unit, User
from teams import rules
from teams.communes import Communes
from teams.models import DigitalTeam, Nomination, TeamMember
from vietnam.dates import local_day

State = Nomination.State
PROPOSE, CONFIRM = "teams.nominate", "teams.confirm"


class NominationRefusal(TextChoices):
    """Why a nomination cannot be made or decided."""

    NOT_YOURS = "not_yours", _("This team belongs to a unit you do not look after.")
    NOT_THE_COMMUNE = (
        "not_the_commune",
        _("The commune decides: its secretary or its coordinator of teams."),
    )
    NOT_NEEDED = "not_needed", _("The team has a Union member already.")
    OPEN = "open", _("This person has been proposed for this team already.")
    DECIDED = "decided", _("This nomination has been decided already.")
    NO_REASON = "no_reason", _("Say in a few words what speaks against it.")


class NominationRefused(Exception):
    """An action that a rule forbids; `reason` says why."""

    def __init__(self, reason: NominationRefusal | rules.Refusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def is_needed(team: DigitalTeam, *, on: dt.date) -> bool:
    """The team exists and nobody of the Union is in it."""
    going = DigitalTeam.objects.active(on).without_union_member(on)
    return going.filter(pk=team.pk).exists()


def commune_of(team: DigitalTeam) -> Unit:
    """The commune that decides about the team."""
    return Unit.objects.get(pk=Communes.read().of(team.unit_id))


def why_not_open(
    team: DigitalTeam, *, by: User, on: dt.date
) -> NominationRefusal | rules.Refusal | None:
    """Why this account can propose nobody for this team."""
    if not permissions.may(by, PROPOSE, team.unit):
        return NominationRefusal.NOT_YOURS
    if not team.is_active(on):
        return rules.Refusal.TEAM_ENDED
    return None if is_needed(team, on=on) else NominationRefusal.NOT_NEEDED


def why_not_propose(
    team: DigitalTeam,
    person: Person,
    role: TeamMember.Role,
    *,
    by: User,
    on: dt.date,
    in_both: bool = False,
) -> NominationRefusal | rules.Refusal | None:
    """Why this account cannot propose this person."""
    if refusal := why_not_open(team, by=by, on=on):
        return refusal
    if person.pk is None:
        # Somebody new is in no team and proposed for none.
        return rules.why_not_lead(team, role, on=on)
    waiting = team.nominations.filter(person=person, state=State.PROPOSED)
    if waiting.exists():
        return NominationRefusal.OPEN
    return rules.why_not_add(team, person, role, starts_on=on, in_both=in_both)


def why_not_decide(nomination: Nomination, *, by: User) -> NominationRefusal | None:
    """Why this account cannot confirm it or give it back."""
    if State.CONFIRMED not in Nomination.MOVES[State(nomination.state)]:
        return NominationRefusal.DECIDED
    if not permissions.may(by, CONFIRM, commune_of(nomination.team)):
        return NominationRefusal.NOT_THE_COMMUNE
    return None


def why_not_confirm(
    nomination: Nomination, *, by: User, on: dt.date
) -> NominationRefusal | rules.Refusal | None:
    """Why the person cannot come into the team by this account's word."""
    if refusal := why_not_decide(nomination, by=by):
        return refusal
    return rules.why_not_add(
        nomination.team,
        nomination.person,
        TeamMember.Role(nomination.role),
        starts_on=on,
        in_both=nomination.in_both,
    )


def why_not_return(
    nomination: Nomination, reason: str, *, by: User
) -> NominationRefusal | None:
    if refusal := why_not_decide(nomination, by=by):
        return refusal
    return None if reason.strip() else NominationRefusal.NO_REASON


def why_not_withdraw(nomination: Nomination, *, by: User) -> NominationRefusal | None:
    if State.WITHDRAWN not in Nomination.MOVES[State(nomination.state)]:
        return NominationRefusal.DECIDED
    return None if nomination.proposed_by == by else NominationRefusal.NOT_YOURS


def to_decide(by: User, now: dt.datetime) -> QuerySet[Nomination]:
    """What waits for this account: open, for a team of a commune it looks after.

    Whoever looks after one branch of a commune sees the nomination and decides
    nothing; a branch above its commune cannot be, so the commune's id is enough.
    """
    open_ = Nomination.objects.filter(state=State.PROPOSED)
    if permissions.everywhere(by, CONFIRM):
        return open_
    mine = permissions.units_for(by, CONFIRM)
    communes = Unit.objects.communes(local_day(now)).filter(pk__in=mine.values("pk"))
    ids = list(communes.order_by().values_list("pk", flat=True))
    return open_.filter(team__unit__in=Unit.objects.subtree(*ids).order_by())


def sent_back_to(by: User, now: dt.datetime) -> QuerySet[Nomination]:
    """Came back to whoever proposed, and the team still has nobody of the Union.

    Until somebody is proposed again, by whomever: then the ball is elsewhere.
    """
    on = local_day(now)
    gaps = DigitalTeam.objects.active(on).without_union_member(on)
    asked = Nomination.objects.filter(state=State.PROPOSED).values("team")
    return Nomination.objects.filter(
        state=State.RETURNED,
        proposed_by=by,
        team__in=gaps.exclude(pk__in=asked).order_by().values("pk"),
    )
