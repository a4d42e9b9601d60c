"""What the reports put on people's desks: theirs to write, theirs to decide on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from members import desk, permissions
from members.models import User
from teams import months
from teams.models import Report
from teams.reports import access, late, rules
from teams.reports.reminders import due_moment
from vietnam.dates import local_day


class ReportTasks:
    """The leader's own report; for the commune what was sent and what is missing."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        month = rules.month_due(now)
        yield from self._own(user, month, now)
        if permissions.may(user, "teams.accept"):
            yield from self._of_commune(user, month, now)

    @staticmethod
    def _own(user: User, month: dt.date, now: dt.datetime) -> Iterator[desk.Task]:
        teams = access.teams_led(user, on=local_day(now))
        teams = [one for one in teams if not rules.why_not_month(one, month, now=now)]
        if not teams:
            return
        done = Report.objects.handed_in().filter(team__in=teams, month=month)
        there = set(done.values_list("team", flat=True))
        for team in teams:
            if team.pk not in there:
                about = {"month": months.text(month), "team": team.name}
                yield desk.Task(
                    label=_("Report %(month)s: %(team)s") % about,
                    url=reverse(
                        "teams:report_month", args=[team.pk, months.key(month)]
                    ),
                    due=due_moment(month) - dt.timedelta(minutes=1),
                )

    @staticmethod
    def _of_commune(
        user: User, month: dt.date, now: dt.datetime
    ) -> Iterator[desk.Task]:
        sent = permissions.scoped(
            Report.objects.to_decide(), user, "teams.accept", "team__unit"
        )
        url = reverse("admin:teams_report_changelist")
        yield desk.Task(
            label=_("Monthly reports of teams to decide on"),
            url=f"{url}?state__exact=sent",
            count=sent,
        )
        if not late.is_overdue(month, now=now):
            return
        yield desk.Task(
            label=_("Missing reports of %(month)s") % {"month": months.text(month)},
            url=f"{reverse('admin:teams_report_late')}?thang={months.key(month)}",
            count=late.teams_missing(user, month),
        )


def register() -> None:
    desk.registry.register("teams.reports", ReportTasks())
