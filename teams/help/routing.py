"""Which team a request goes to: the village's own, else the commune's."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from members.models import Unit
from teams.models import DigitalTeam, TeamMember
from vietnam.fold import fold

Level = DigitalTeam.Level
Role = TeamMember.Role


def reachable(on: dt.date) -> QuerySet[DigitalTeam]:
    """Active teams in which somebody would see a request.

    The leader, who has a personal link, or a deputy with an account.
    """
    heads = who_sees(on).filter(team=OuterRef("pk"))
    return DigitalTeam.objects.active(on).filter(Exists(heads))


def who_sees(on: dt.date) -> QuerySet[TeamMember]:
    """Who gets at the list of their team on that day."""
    members = TeamMember.objects.current(on)
    enters = Q(role=Role.LEADER) | Q(role=Role.DEPUTY, person__user__isnull=False)
    return members.filter(enters)


def team_for(commune: Unit, area: str, *, on: dt.date) -> DigitalTeam | None:
    """The team of the village, when one alone is meant; else the commune's own.

    A commune with a single team has that one; None where nobody can be reached.
    """
    branch = Unit.objects.subtree(commune.pk).order_by().values("pk")
    teams = list(reachable(on).filter(unit__in=branch))
    if named := _of_area(teams, area):
        return named
    whole = [team for team in teams if team.level == Level.COMMUNE]
    if whole:
        return whole[0]
    return teams[0] if len(teams) == 1 else None


def areas_of(commune: Unit, *, on: dt.date) -> list[str]:
    """The villages of a commune whose team can be reached, for the form to offer."""
    branch = Unit.objects.subtree(commune.pk).order_by().values("pk")
    rows = reachable(on).filter(unit__in=branch).exclude(area="")
    return sorted(set(rows.values_list("area", flat=True)), key=fold)


def _of_area(teams: list[DigitalTeam], area: str) -> DigitalTeam | None:
    """Whose area has all the words typed; the very words come first.

    "na tu" is thôn Nà Tu; where two villages fit, nobody guesses.
    """
    typed = fold(area).split()
    if not typed:
        return None
    places = [(team, fold(team.area).split()) for team in teams if team.area]
    same = [team for team, words in places if words == typed]
    like = [
        team
        for team, words in places
        if set(typed) <= set(words) or set(words) <= set(typed)
    ]
    for found in (same, like):
        if len(found) == 1:
            return found[0]
    return None
