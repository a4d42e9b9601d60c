"""Questions about monthly reports; each answers yes or why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from teams import months
from teams.models import DigitalTeam, Indicator, Report
from teams.months import month_of, shifted
from vietnam.dates import local_day
from vietnam.lunar import in_tet_holiday
from vietnam.working import is_working_day

State = Report.State
Value = int | bool | str
DAY = dt.timedelta(days=1)
MONTHS_BACK = 12
"""What lies longer ago is written in by the commune, which has the papers."""


class ReportRefusal(TextChoices):
    """Why something about a report cannot be done."""

    FUTURE = "future", _("This month has not begun yet.")
    NOT_OVER = (
        "not_over",
        _("This month is not over yet: fill in what you know now and send it later."),
    )
    TOO_OLD = (
        "too_old",
        _("This month lies more than a year back: ask the commune to write it in."),
    )
    BEFORE_TEAM = "before_team", _("The team did not exist in this month yet.")
    AFTER_TEAM = "after_team", _("The team did not exist in this month any more.")
    SENT = (
        "sent",
        _(
            "The report of this month is with the commune already. To correct it, send "
            "it once more."
        ),
    )
    ACCEPTED = (
        "accepted",
        _("The commune has accepted this report. Only the commune can open it again."),
    )
    THERE = "there", _("The team has a report of this month already.")
    EMPTY = (
        "empty",
        _("No figure is filled in. Write 0 where nothing happened this month."),
    )
    NOT_SENT = "not_sent", _("This report has not been sent.")
    NOT_ACCEPTED = "not_accepted", _("This report has not been accepted.")
    CHANGED = (
        "changed",
        _("The figures have changed since you opened this page. Look at them again."),
    )
    NO_REMARK = (
        "no_remark",
        _("Say in a few words what to put right: the leader reads only this."),
    )


class ReportRefused(Exception):
    """An action that a rule forbids; `reason` is the ReportRefusal."""

    def __init__(self, reason: ReportRefusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def due_on(month: dt.date) -> dt.date:
    """The last day on which the report of this month is in time.

    A day of the next month (TEAM_REPORT_DUE_DAY). What would fall into the holiday of
    Tết, from 23 tháng Chạp to mùng 7, moves to the second working day after it.
    """
    day = _day(shifted(month, 1), settings.TEAM_REPORT_DUE_DAY)
    if not in_tet_holiday(day):
        return day
    while in_tet_holiday(day):
        day += DAY
    worked = int(is_working_day(day))
    while worked < 2:
        day += DAY
        worked += is_working_day(day)
    return day


def opens_on(month: dt.date) -> dt.date:
    """The first day on which the report of this month can be sent."""
    return _day(month, settings.TEAM_REPORT_OPENS_DAY)


def _day(month: dt.date, number: int) -> dt.date:
    """That day of the month; its last one in a month that is shorter."""
    return month.replace(day=min(number, months.last_day(month).day))


def why_not_month(
    team: DigitalTeam,
    month: dt.date,
    *,
    now: dt.datetime,
    by: Report.SentBy = Report.SentBy.LINK,
) -> ReportRefusal | None:
    """Why the team has no report for this month that could be filled in.

    The commune writes in whatever its papers say, however long ago.
    """
    this = month_of(now)
    if month > this:
        return ReportRefusal.FUTURE
    if team.active_from and month < month_of(team.active_from):
        return ReportRefusal.BEFORE_TEAM
    if team.active_to and month > month_of(team.active_to):
        return ReportRefusal.AFTER_TEAM
    too_old = month < shifted(this, -MONTHS_BACK) and by != Report.SentBy.COMMUNE
    return ReportRefusal.TOO_OLD if too_old else None


def why_not_begin(
    team: DigitalTeam, month: dt.date, *, now: dt.datetime
) -> ReportRefusal | None:
    """Why the commune cannot begin a report of this month for the team."""
    refusal = why_not_month(team, month, now=now, by=Report.SentBy.COMMUNE)
    if refusal:
        return refusal
    there = Report.objects.filter(team=team, month=month).exists()
    return ReportRefusal.THERE if there else None


def why_not_keep(
    team: DigitalTeam,
    month: dt.date,
    report: Report | None,
    *,
    now: dt.datetime,
    by: Report.SentBy = Report.SentBy.LINK,
) -> ReportRefusal | None:
    """Why nothing can be written into the report without sending it."""
    if report and report.state == State.ACCEPTED:
        return ReportRefusal.ACCEPTED
    if report and report.state == State.SENT:
        return ReportRefusal.SENT
    return why_not_month(team, month, now=now, by=by)


def why_not_send(
    team: DigitalTeam,
    month: dt.date,
    report: Report | None,
    values: Mapping[int, Value | None],
    *,
    now: dt.datetime,
    by: Report.SentBy = Report.SentBy.LINK,
) -> ReportRefusal | None:
    """Why the report cannot go to the commune with these lines.

    What was sent may be corrected until the commune has accepted it.
    """
    if report and report.state == State.ACCEPTED:
        return ReportRefusal.ACCEPTED
    if refusal := why_not_month(team, month, now=now, by=by):
        return refusal
    ended = team.active_to and team.active_to <= local_day(now)
    if local_day(now) < opens_on(month) and not ended:
        return ReportRefusal.NOT_OVER
    if not any(_says_something(value) for value in values.values()):
        return ReportRefusal.EMPTY
    return None


def why_not_accept(report: Report, *, version: int | None) -> ReportRefusal | None:
    """Why the commune cannot accept it; `version` is what it has looked at."""
    if report.state != State.SENT:
        return ReportRefusal.NOT_SENT
    if version is not None and version != report.version:
        return ReportRefusal.CHANGED
    return None


def why_not_return(report: Report, remark: str) -> ReportRefusal | None:
    if report.state != State.SENT:
        return ReportRefusal.NOT_SENT
    return None if remark.strip() else ReportRefusal.NO_REMARK


def why_not_reopen(report: Report, remark: str) -> ReportRefusal | None:
    if report.state != State.ACCEPTED:
        return ReportRefusal.NOT_ACCEPTED
    return None if remark.strip() else ReportRefusal.NO_REMARK


def month_due(now: dt.datetime) -> dt.date:
    """The month whose report is written at `now`: the last one that can be sent."""
    this = month_of(now)
    return this if local_day(now) >= opens_on(this) else shifted(this, -1)


def months_open(
    team: DigitalTeam, *, now: dt.datetime, most: int = MONTHS_BACK + 1
) -> list[dt.date]:
    """The months the leader may look into, the latest first."""
    this = month_of(now)
    back = months.months(shifted(this, 1 - most), this)
    return [one for one in back[::-1] if why_not_month(team, one, now=now) is None]


def _says_something(value: Value | None) -> bool:
    """A number or a yes or no; words alone are no report."""
    return isinstance(value, int)


LEAP, FROM = 5, 50
"""A figure five times that of last month, and fifty at least, is looked at twice."""


def leaps(indicator: Indicator, value: Value, before: Value | None) -> bool:
    """Whether a figure is so far above last month's that a slip is likely."""
    if not indicator.is_number or not isinstance(value, int):
        return False
    return value >= FROM and value >= LEAP * max(int(before or 0), 1)
