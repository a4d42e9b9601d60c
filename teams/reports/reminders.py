"""Letters about reports that have not come: derived each minute, each written once.

Three days before the due day, and two days after it. Nights and the holiday of Tết
are kept out as by every reminder (mail.reminders).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mail import kinds, reminders
from mail.models import Letter
from mail.preferences import unsubscribe_url
from mail.reminders import Draft
from mail.rendering import Content, render
from teams import months
from teams.models import DigitalTeam, Report, ReportLink, TeamMember
from teams.months import shifted
from teams.reports import access, rules
from vietnam.dates import VIETNAM, day_text, local_day
from vietnam.hours import next_allowed
from vietnam.lunar import in_tet_holiday

KIND = "teams.report_reminder"
OVERDUE = "teams.report_overdue"
ABOUT = "teams.digitalteam"
LEADS = (dt.timedelta(days=3),)
AFTER = dt.timedelta(days=2)
WITHIN = dt.timedelta(days=7)
"""An overdue report is asked for in these days or not at all."""


def due_moment(month: dt.date) -> dt.datetime:
    """The first moment that is too late."""
    day = rules.due_on(month) + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(), VIETNAM)


def missing(month: dt.date) -> QuerySet[DigitalTeam]:
    """The teams of that month whose report the commune does not have."""
    there = Report.objects.handed_in().filter(team=OuterRef("pk"), month=month)
    teams = DigitalTeam.objects.of_month(month)
    return teams.filter(~Exists(there))


class BeforeDue:
    kind = KIND

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        for month in _near(now):
            start = due_moment(month)
            lead = reminders.latest_lead(start=start, leads=LEADS, now=now)
            if lead is None or now >= start:
                continue
            written = reminders.reminded(KIND, lead=lead, start=start, id="team_id")
            for leader in _leaders(month, written):
                key = reminders.key(KIND, leader.team_id, lead, start)
                yield from _draft(KIND, leader, month, key, now, not_after=start)


class AfterDue:
    kind = OVERDUE

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        for month in _near(now):
            begins = due_moment(month) + AFTER
            if in_tet_holiday(now) or not begins <= now < begins + WITHIN:
                continue
            if next_allowed(now) > now:
                continue
            mark = f":{months.key(month)}"
            key = Concat(
                Value(f"{OVERDUE}:"),
                Cast(OuterRef("team_id"), TextField()),
                Value(mark),
                output_field=TextField(),
            )
            written = Exists(Letter.objects.filter(dedupe_key=key))
            for leader in _leaders(month, written):
                once = f"{OVERDUE}:{leader.team_id}{mark}"
                until = begins + WITHIN
                yield from _draft(OVERDUE, leader, month, once, now, not_after=until)


def recheck(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """Dropped when the report has come, or another person leads the team by now."""
    team = DigitalTeam.objects.filter(pk=letter.about_id).first()
    month = months.read(letter.fingerprint)
    if team is None or month is None or not missing(month).filter(pk=team.pk).exists():
        return kinds.Drop(gettext("The report has come."))
    leader = access.leader_of(team, local_day(now))
    if leader is None or leader.person_id != letter.recipient:
        return kinds.Drop(gettext("Somebody else leads the team by now."))
    return kinds.KEEP


def _near(now: dt.datetime) -> list[dt.date]:
    """The months whose due day can be near: Tết moves it by two weeks at most."""
    this = months.month_of(now)
    return [shifted(this, -2), shifted(this, -1), this]


def _leaders(month: dt.date, written: Exists) -> QuerySet[TeamMember]:
    """Who leads a team whose report is missing, and has not been written to."""
    going = TeamMember.objects.filter(role=TeamMember.Role.LEADER, ends_on=None)
    teams = missing(month).filter(active_to=None).order_by().values("pk")
    rows = going.filter(team__in=teams).exclude(written)
    return rows.select_related(
        "team", "person", "person__user", "report_link"
    ).order_by("team_id")


def _draft(
    kind: str,
    leader: TeamMember,
    month: dt.date,
    key: str,
    now: dt.datetime,
    *,
    not_after: dt.datetime,
) -> Iterator[Draft]:
    address = access.email_of(leader)
    if address:
        yield Draft(
            kind=kind,
            address=address,
            content=content(kind, leader, month, address, now=now),
            recipient=leader.person_id,
            about=(ABOUT, leader.team_id),
            dedupe_key=key,
            not_after=not_after,
            fingerprint=months.key(month),
        )


def content(
    kind: str, leader: TeamMember, month: dt.date, address: str, *, now: dt.datetime
) -> Content:
    link = _link(leader, now)
    seen = {
        "name": leader.person.full_name,
        "team": leader.team.name,
        "month": months.text(month),
        "due": day_text(rules.due_on(month)),
        "overdue": kind == OVERDUE,
        "link": f"{access.url(link)}?thang={months.key(month)}",
        "unsubscribe_url": unsubscribe_url(address, kind),
    }
    return render("teams/report_reminder", seen)


def _link(leader: TeamMember, now: dt.datetime) -> ReportLink:
    """Read along with the leader; made for those who never had one."""
    try:
        link = leader.report_link
    except ReportLink.DoesNotExist:
        return access.link_for(leader, now=now)
    link.membership = leader
    return link


def register() -> None:
    reminders.registry.register("teams.reports", BeforeDue())
    reminders.registry.register("teams.overdue_reports", AfterDue())
    for kind, label in ((KIND, _("Report is due")), (OVERDUE, _("Report is overdue"))):
        kinds.register(
            kind,
            kinds.LetterKind(
                label=label,
                waits=kinds.Wait.TET,
                optional=True,
                readers=access.leads_a_team,
                recheck=recheck,
            ),
        )
