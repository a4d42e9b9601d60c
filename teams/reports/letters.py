"""The letters to leaders about their monthly report."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mail import actions as outbox
from mail import kinds
from mail.models import Letter
from mail.preferences import unsubscribe_url
from mail.rendering import Content, render
from teams import months
from teams.models import Report, ReportLink, TeamMember
from teams.reports import access
from vietnam.dates import local_day

CODE = "teams.report_code"
LINK = "teams.report_link"
ACCEPTED = "teams.report_accepted"
RETURNED = "teams.report_returned"
ABOUT = "teams.report"
ABOUT_LINK = "teams.reportlink"


def code(link: ReportLink, code: str, *, now: dt.datetime) -> None:
    """To the leader: six digits, for this quarter of an hour."""
    minutes = access.MAILED // dt.timedelta(minutes=1)
    seen = {"code": code, "team": link.membership.team.name, "minutes": minutes}
    outbox.queue(
        kind=CODE,
        address=access.email_of(link.membership),
        recipient=link.membership.person_id,
        about=(ABOUT_LINK, link.pk),
        content=render("teams/report_code", seen),
        now=now,
        not_after=link.code_until,
        secret=True,
    )


def link(link: ReportLink, *, now: dt.datetime) -> bool:
    """To the leader: the personal link; False where there is no address.

    Asked for twice within an hour is sent once.
    """
    address = access.email_of(link.membership)
    if not address:
        return False
    seen = {
        "name": link.membership.person.full_name,
        "team": link.membership.team.name,
        "link": access.url(link),
        "due_day": settings.TEAM_REPORT_DUE_DAY,
    }
    outbox.queue(
        kind=LINK,
        address=address,
        recipient=link.membership.person_id,
        about=(ABOUT_LINK, link.pk),
        content=render("teams/report_link", seen),
        now=now,
        dedupe_key=f"{LINK}:{link.pk}:{link.key[:8]}:{now:%Y%m%d%H}",
    )
    return True


def decided(report: Report, *, now: dt.datetime) -> None:
    """To the leader of today: accepted, or what to put right."""
    leader = access.leader_of(report.team, local_day(now))
    address = leader and access.email_of(leader)
    if not address:
        return
    kind = ACCEPTED if report.state == Report.State.ACCEPTED else RETURNED
    outbox.queue(
        kind=kind,
        address=address,
        recipient=leader.person_id,
        about=(ABOUT, report.pk),
        content=_decided(kind, report, leader, address, now),
        now=now,
        dedupe_key=f"{kind}:{report.pk}:{report.decided_at:%Y%m%d%H%M%S}",
    )


def _decided(
    kind: str, report: Report, leader: TeamMember, address: str, now: dt.datetime
) -> Content:
    link = access.link_for(leader, now=now)
    seen = {
        "name": leader.person.full_name,
        "team": report.team.name,
        "month": months.text(report.month),
        "remark": report.remark,
        "link": f"{access.url(link)}?thang={months.key(report.month)}",
    }
    if kind == ACCEPTED:
        seen["unsubscribe_url"] = unsubscribe_url(address, kind)
    return render(kind.replace(".", "/"), seen)


def _still_so(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """A report that was sent anew meanwhile has another answer coming."""
    report = Report.objects.filter(pk=letter.about_id).first()
    accepted = letter.kind == ACCEPTED
    wanted = Report.State.ACCEPTED if accepted else Report.State.RETURNED
    if report is None or report.state != wanted:
        return kinds.Drop(gettext("The report has another state by now."))
    return kinds.KEEP


def register_kinds() -> None:
    for key, label in ((CODE, _("Code for a report")), (LINK, _("Link for reports"))):
        kinds.register(key, kinds.LetterKind(label=label))
    kinds.register(
        ACCEPTED,
        kinds.LetterKind(
            label=_("Report accepted"),
            waits=kinds.Wait.TET,
            optional=True,
            readers=access.leads_a_team,
            recheck=_still_so,
        ),
    )
    kinds.register(
        RETURNED,
        kinds.LetterKind(
            label=_("Report returned"), waits=kinds.Wait.TET, recheck=_still_so
        ),
    )
