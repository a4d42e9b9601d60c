"""Who sees the requests of a team: its leader and deputies, signed in."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from members.permissions import Account
from teams.help.routing import HEADS
from teams.models import DigitalTeam, TeamMember


def teams_of(user: Account, *, on: dt.date) -> QuerySet[DigitalTeam]:
    """The active teams that the account leads or helps to lead on that day."""
    person = getattr(user, "person", None)
    if person is None:
        return DigitalTeam.objects.none()
    led = TeamMember.objects.current(on).filter(person=person, role__in=HEADS)
    teams = DigitalTeam.objects.active(on).filter(pk__in=led.order_by().values("team"))
    return teams.select_related("unit")
