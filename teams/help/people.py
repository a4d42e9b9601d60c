"""What requests and points mean elsewhere: desks, and units that are no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from content import pagecache
from members import desk, permissions, succession
from members.models import Unit, UnitSuccession, User
from teams.freshness import AREA
from teams.help.access import teams_of
from teams.models import CommuneTile, HelpPoint, HelpRequest
from vietnam.dates import local_day

ACTION = "teams.help"


class HelpTasks:
    """For the commune: what it has to look after. For leaders: whom to call."""

    def tasks(self, user: User, now: dt.datetime) -> Iterable[desk.Task]:
        if permissions.may(user, ACTION):
            rows = HelpRequest.objects.open().exclude(why_commune="")
            rows = permissions.scoped(rows, user, ACTION, "commune")
            url = reverse("admin:teams_helprequest_changelist")
            yield desk.Task(
                label=_("Requests for help that the commune looks after"),
                url=f"{url}?whose=commune",
                count=rows,
            )
        teams = teams_of(user, on=local_day(now)).order_by().values("pk")
        rows = HelpRequest.objects.open().with_team().filter(team__in=teams)
        yield desk.Task(
            label=_("People who asked your team for help"),
            url=reverse("teams:help_list"),
            count=rows,
        )


class HelpOfUnits:
    """Points, requests and the place on the map go to the heir.

    What is done with stays where it was.
    """

    def succeed(
        self,
        *,
        old: Unit,
        new: Unit | None,
        kind: UnitSuccession.Kind,
        date: dt.date,
        now: dt.datetime,
    ) -> list[succession.Moved]:
        if new is None:
            return []
        tile = CommuneTile.objects.filter(unit=old).first()
        if tile and not CommuneTile.objects.filter(unit=new).exists():
            tile.unit = new
            tile.save(update_fields=["unit"])
        points = HelpPoint.objects.open(date).filter(unit=old).update(unit=new)
        asked = HelpRequest.objects.open().filter(commune=old).update(commune=new)
        pagecache.touch(AREA)
        return [
            succession.Moved(_("Places where people get help"), points),
            succession.Moved(_("Open requests for help"), asked),
        ]


def register() -> None:
    desk.registry.register("teams.help", HelpTasks())
    succession.registry.register("teams.help", HelpOfUnits())
