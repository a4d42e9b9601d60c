"""The monthly report on a phone: who is it, the figures, sent.

Every page works without JavaScript; `static/js/report.js` keeps what is typed on the
phone and sends it when the network is back. Whoever has not proved anything sees one
and the same page, whatever the address says.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from members import permissions
from teams import months
from teams.models import Indicator, Recognition, Report
from teams.recognition.letters import paper_response
from teams.reports import access, actions, letters, limits, rules, wording
from teams.reports.access import Reporter
from teams.reports.actions import Conflict
from teams.reports.forms import CodeForm, ReportForm, name_of
from teams.reports.rules import ReportRefusal, ReportRefused
from vietnam.dates import local_day

logger = logging.getLogger(__name__)

State = Report.State


@never_cache
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Whoever leads a team by account goes on to it; others hear how to get in."""
    teams = access.teams_led(request.user, on=local_day(request.now))
    if len(teams) == 1:
        return redirect("teams:report_team", teams[0].pk)
    context = {"teams": teams, "desk": permissions.may(request.user, "teams.accept")}
    return render(request, "teams/report/start.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, team: int, key: str) -> HttpResponse:
    """The personal link: opening it changes nothing, the code goes on.

    Zalo and others look at every link to draw a preview, so no letter leaves and
    nothing is counted before somebody presses a button.
    """
    if limits.too_many_links(request, team):
        logger.warning("report links: too many wrong ones, team %s refused", team)
        return _closed(request)
    found = access.find(team, key, on=local_day(request.now))
    if found is None:
        limits.count_wrong_link(request, team)
        logger.warning("report link refused: team %s", team)
        return _closed(request)
    held = access.proven(request, team)
    if held and held.pk == found.pk:
        return redirect(_after(request, team))
    if request.method == "POST" and "mail" in request.POST:
        return _mail_code(request, found)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if _is_right(request, found, form.cleaned_data["code"]):
            response = redirect(_after(request, team))
            access.keep_device(response, found)
            return response
        form.add_error("code", _("This code does not work. Ask for a new one."))
    return _ask(request, found, form)


def _is_right(request: HttpRequest, found, typed: str) -> bool:
    if not limits.try_code(request, found.pk):
        logger.warning("report code refused, tries spent: link %s", found.pk)
        return False
    if not access.prove(found, typed, now=request.now):
        logger.warning("report code refused: link %s", found.pk)
        return False
    return True


def _mail_code(request: HttpRequest, found) -> HttpResponse:
    """One sentence whether a letter left or not: no address is told, no limit."""
    if access.email_of(found.membership) and limits.may_mail(request, found.pk):
        with transaction.atomic():
            lasts = access.MAILED
            code = access.new_code(found, now=request.now, lasts=lasts)
            letters.code(found, code, now=request.now)
    query = request.GET.copy()
    query["ma"] = "1"
    return redirect(f"{request.path}?{query.urlencode()}")


def _ask(request: HttpRequest, found, form: CodeForm) -> HttpResponse:
    address = access.email_of(found.membership)
    context = {
        "form": form,
        "team": found.membership.team,
        "masked": _masked(address),
        "asked": "ma" in request.GET or form.is_bound,
        "minutes": access.MAILED // dt.timedelta(minutes=1),
    }
    return render(request, "teams/report/prove.html", context)


def _masked(address: str) -> str:
    """Enough for its owner, little for a stranger: "t•••@example.com"."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}•••@{host}" if host else ""


def _after(request: HttpRequest, team: int) -> str:
    """What the link was followed for: requests for help, a month, or the one due."""
    if request.GET.get("den") == "de-nghi":
        return reverse("teams:help_team", args=[team])
    month = months.read(request.GET.get("thang", ""))
    if month is None:
        month = rules.month_due(request.now)
    return reverse("teams:report_month", args=[team, months.key(month)])


def _closed(request: HttpRequest) -> HttpResponse:
    """The same for a wrong link, an old one, too many tries, and no proof at all."""
    return render(request, "teams/report/closed.html", status=404)


@never_cache
@require_safe
def team(request: HttpRequest, team: int) -> HttpResponse:
    """The months of one team: what is due, what was sent."""
    who = access.reporter(request, team)
    if who is None:
        return _closed(request)
    return _months(request, who)


def _months(
    request: HttpRequest, who: Reporter, refusal: ReportRefusal | None = None
) -> HttpResponse:
    found = rules.months_open(who.team, now=request.now)
    there = {one.month: one for one in Report.objects.filter(team=who.team)}
    since = min(there, default=rules.month_due(request.now))
    rows = [_row(who, day, there.get(day), since, request.now) for day in found]
    due = rules.month_due(request.now)
    context = {
        "team": who.team,
        "commune": who.is_commune,
        "rows": rows,
        "due": next((row for row in rows if row["day"] == due), None),
        "refusal": refusal,
        "thanked": [
            {"month": months.text(one), "key": months.key(one)}
            for one in who.team.recognitions.values_list("month", flat=True)
        ],
    }
    status = 404 if refusal else 200
    return render(request, "teams/report/months.html", context, status=status)


def _row(
    who: Reporter,
    day: dt.date,
    report: Report | None,
    since: dt.date,
    now: dt.datetime,
) -> dict[str, Any]:
    """Missing is what was due since the team's first report here, not before it."""
    due_on = report.due_on if report else rules.due_on(day)
    handed_in = report is not None and report.first_sent_at is not None
    return {
        "day": day,
        "month": months.text(day),
        "url": reverse("teams:report_month", args=[who.team.pk, months.key(day)]),
        "report": report,
        "due_on": due_on,
        "ahead": due_on >= local_day(now),
        "late": day >= since and due_on < local_day(now) and not handed_in,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, team: int, month: str) -> HttpResponse:
    """The figures of one month: to fill in while that is possible, else to read."""
    who, day = access.reporter(request, team), months.read(month)
    if who is None or day is None:
        return _closed(request)
    report = _report(who, day)
    refusal = rules.why_not_month(who.team, day, now=request.now, by=who.sent_by)
    if refusal and report is None:
        return _months(request, who, refusal)
    if request.method == "POST":
        return _post(request, who, day, report)
    again = "sua" in request.GET and report and report.state == State.SENT
    if refusal or (report and not report.is_open and not again):
        return _read(request, who, report)
    return _write(request, who, day, report, _form(day, report))


def _report(who: Reporter, day: dt.date) -> Report | None:
    rows = Report.objects.filter(team=who.team, month=day)
    report = rows.prefetch_related("values").first()
    if report:
        report.team = who.team
    return report


def _form(day: dt.date, report: Report | None, data=None) -> ReportForm:
    return ReportForm(
        data,
        indicators=list(Indicator.objects.asked_in(day)),
        values=actions.values_of(report),
        version=report.version if report else 0,
    )


def _post(
    request: HttpRequest, who: Reporter, day: dt.date, report: Report | None
) -> HttpResponse:
    form = _form(day, report, request.POST)
    theirs: dict = {}
    if form.is_valid():
        try:
            if "send" in request.POST:
                actions.send(
                    team=who.team,
                    month=day,
                    values=form.values,
                    version=form.cleaned_data["version"],
                    sent_by=who.sent_by,
                    now=request.now,
                )
                text = _("The report is with the commune. Thank you!")
            else:
                _keep(who, day, form, request.now)
                text = _("Saved as a draft. Nobody else sees it yet.")
        except ReportRefused as refused:
            form.add_error(None, str(refused.reason.label))
        except Conflict as conflict:
            theirs, report = conflict.theirs, conflict.report
            form.take_version(report.version)
        else:
            messages.success(request, text)
            return redirect(request.path)
    return _write(request, who, day, report, form, theirs=theirs)


def _keep(who: Reporter, day: dt.date, form: ReportForm, now: dt.datetime) -> Report:
    return actions.keep(
        team=who.team,
        month=day,
        values=form.values,
        version=form.cleaned_data["version"],
        by=who.sent_by,
        now=now,
    )


@never_cache
@require_POST
def keep(request: HttpRequest, team: int, month: str) -> JsonResponse:
    """What the phone sends while somebody types: saved, or why not, field by field."""
    who, day = access.reporter(request, team), months.read(month)
    if who is None or day is None:
        return JsonResponse({}, status=403)
    form = _form(day, _report(who, day), request.POST)
    if not form.is_valid():
        return JsonResponse({"problems": form.problems()}, status=422)
    try:
        report = _keep(who, day, form, request.now)
    except ReportRefused as refused:
        return JsonResponse({"refused": str(refused.reason.label)}, status=409)
    except Conflict as conflict:
        names = {one.pk: one for one in form.indicators}
        theirs = {
            name_of(pk): wording.words(names[pk], value)
            for pk, value in conflict.theirs.items()
        }
        answer = {"version": conflict.report.version, "theirs": theirs}
        return JsonResponse(answer, status=409)
    return JsonResponse({"version": report.version})


def _write(
    request: HttpRequest,
    who: Reporter,
    day: dt.date,
    report: Report | None,
    form: ReportForm,
    *,
    theirs: dict | None = None,
) -> HttpResponse:
    before = months.shifted(day, -1)
    last = actions.values_of(_report(who, before))
    theirs = theirs or {}
    rows = [_line(form, one, last, theirs) for one in form.indicators]
    too_early = rules.why_not_send(
        who.team, day, report, {0: 0}, by=who.sent_by, now=request.now
    )
    context = {
        "form": form,
        "rows": rows,
        "team": who.team,
        "commune": who.is_commune,
        "report": report,
        "month": months.text(day),
        "month_key": months.key(day),
        "before": months.text(before),
        "due_on": report.due_on if report else rules.due_on(day),
        "not_yet": too_early,
        "opens_on": rules.opens_on(day),
        "conflict": bool(theirs),
        "has_sent": report is not None and report.state == State.SENT,
    }
    return render(request, "teams/report/form.html", context)


def _line(form: ReportForm, one: Indicator, last: dict, theirs: dict) -> dict[str, Any]:
    """A field with last month's figure and, after a conflict, the other phone's."""
    return {
        "field": form[name_of(one.pk)],
        "indicator": one,
        "before": wording.bare(one, last[one.pk]) if one.pk in last else "",
        "theirs": wording.words(one, theirs[one.pk]) if one.pk in theirs else "",
    }


def _read(request: HttpRequest, who: Reporter, report: Report) -> HttpResponse:
    before = _report(who, months.shifted(report.month, -1))
    indicators = Indicator.objects.asked_in(report.month)
    found = wording.lines(
        list(indicators), actions.values_of(report), actions.values_of(before)
    )
    context = {
        "team": who.team,
        "commune": who.is_commune,
        "report": report,
        "month": months.text(report.month),
        "before": months.text(months.shifted(report.month, -1)),
        "lines": found,
        "chat": wording.for_chat(report, found),
    }
    return render(request, "teams/report/sent.html", context)


@never_cache
@require_POST
def forget(request: HttpRequest, team: int) -> HttpResponse:
    """On a borrowed phone: this browser is asked for a code again."""
    response = redirect("teams:report")
    access.forget_device(response, team)
    messages.success(request, _("This phone is forgotten. The link asks for a code."))
    return response


@never_cache
@require_safe
def thanks(request: HttpRequest, team: int, month: str) -> HttpResponse:
    """The letter of thanks, as PDF, for the team it is for."""
    who, day = access.reporter(request, team), months.read(month)
    rows = Recognition.objects.select_related("team").filter(team=team, month=day)
    row = rows.first() if who and day else None
    return paper_response(row) if row else _closed(request)
