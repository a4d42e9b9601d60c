"""Who sees the requests of a team: its leader and deputies.

Signed in, or with the personal link and code of the monthly report: a leader has one
way in for all that they do.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from members.permissions import Account
from teams.help.routing import who_sees
from teams.models import DigitalTeam, TeamMember
from teams.reports import access

PURPOSE = "de-nghi"
"""What the personal link is followed for: `?den=de-nghi`."""


def teams_of(user: Account, *, on: dt.date) -> QuerySet[DigitalTeam]:
    """The active teams that the account leads or helps to lead on that day."""
    person = getattr(user, "person", None)
    if person is None:
        return DigitalTeam.objects.none()
    led = who_sees(on).filter(person=person).order_by().values("team")
    return DigitalTeam.objects.active(on).filter(pk__in=led).select_related("unit")


def team_of_link(request: HttpRequest, team: int, *, on: dt.date) -> DigitalTeam | None:
    """The team whose personal link this browser has proved; None once it has ended."""
    link = access.proven(request, team)
    found = link and link.membership.team
    return found if found and found.is_active(on) else None


def address_for(member: TeamMember, *, now: dt.datetime) -> str:
    """Where a letter leads: the leader by the link, everybody else by the account."""
    if member.role == TeamMember.Role.LEADER:
        link = access.link_for(member, now=now)
        return f"{access.url(link)}?den={PURPOSE}"
    return settings.SITE_URL + reverse("teams:help_list")
