"""Everything that changes nominations."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction

from members.models import Person, User
from teams import actions as team_actions
from teams.models import DigitalTeam, Nomination, TeamMember
from teams.nominations import letters, rules
from teams.nominations.rules import NominationRefused
from teams.rules import Refused
from vietnam.dates import local_day

logger = logging.getLogger(__name__)

State = Nomination.State
Role = TeamMember.Role


def propose(
    *,
    team: DigitalTeam,
    person: Person,
    by: User,
    now: dt.datetime,
    role: Role = Role.MEMBER,
    note: str = "",
    in_both: bool = False,
) -> Nomination:
    """Propose a person for a team and tell the commune. Raises NominationRefused.

    A person without a row yet gets one here, so that a refusal leaves nobody behind.
    The second click of one secretary finds the first one's nomination.
    """
    with transaction.atomic():
        team = _locked_team(team)
        if person.pk is not None:
            mine = team.nominations.filter(
                person=person, state=State.PROPOSED, proposed_by=by
            )
            if there := mine.first():
                return there
        refusal = rules.why_not_propose(
            team, person, role, by=by, on=local_day(now), in_both=in_both
        )
        if refusal:
            raise NominationRefused(refusal)
        if person.pk is None:
            person.save()
        nomination = Nomination.objects.create(
            team=team,
            person=person,
            role=role,
            note=note,
            in_both=in_both,
            proposed_by=by,
            proposed_at=now,
        )
        letters.proposed(nomination, now=now)
    logger.info("nomination %s for team %s", nomination.pk, team.pk)
    return nomination


def confirm(*, nomination: Nomination, by: User, now: dt.datetime) -> Nomination:
    """The person comes into the team from today on. Raises NominationRefused.

    Confirmed twice is confirmed once. Other open nominations for the team stay: a
    team may have more than one Union member.
    """
    with transaction.atomic():
        nomination = _locked(nomination)
        if nomination.state == State.CONFIRMED:
            return nomination
        if refusal := rules.why_not_confirm(nomination, by=by, on=local_day(now)):
            raise NominationRefused(refusal)
        try:
            team_actions.add_member(
                team=nomination.team,
                person=nomination.person,
                role=Role(nomination.role),
                is_union_member=True,
                in_both=nomination.in_both,
                now=now,
            )
        except Refused as refused:
            raise NominationRefused(refused.reason) from refused
        _decide(nomination, State.CONFIRMED, by, now)
        letters.confirmed(nomination, by=by, now=now)
    return nomination


def send_back(
    *, nomination: Nomination, reason: str, by: User, now: dt.datetime
) -> Nomination:
    """Give it back with a reason. Raises NominationRefused."""
    with transaction.atomic():
        nomination = _locked(nomination)
        if refusal := rules.why_not_return(nomination, reason, by=by):
            raise NominationRefused(refusal)
        nomination.reason = reason.strip()
        _decide(nomination, State.RETURNED, by, now)
        letters.returned(nomination, by=by, now=now)
    return nomination


def withdraw(*, nomination: Nomination, by: User, now: dt.datetime) -> Nomination:
    """Whoever proposed takes it back before it is decided. Raises NominationRefused."""
    with transaction.atomic():
        nomination = _locked(nomination)
        if refusal := rules.why_not_withdraw(nomination, by=by):
            raise NominationRefused(refusal)
        _decide(nomination, State.WITHDRAWN, by, now)
    return nomination


def _decide(nomination: Nomination, state: State, by: User, now: dt.datetime) -> None:
    nomination.state, nomination.decided_by, nomination.decided_at = state, by, now
    nomination.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    logger.info("nomination %s: %s", nomination.pk, state)


def _locked_team(team: DigitalTeam) -> DigitalTeam:
    rows = DigitalTeam.objects.select_for_update(of=("self",)).select_related("unit")
    return rows.get(pk=team.pk)


def _locked(nomination: Nomination) -> Nomination:
    """The team first, then the nomination: the order in which members are added."""
    _locked_team(nomination.team)
    rows = Nomination.objects.select_for_update(of=("self",))
    return rows.select_related(
        "team__unit", "person", "proposed_by__person", "decided_by__person"
    ).get(pk=nomination.pk)
