"""Three pages for a unit's secretary: hand over a list, look at it, see who is in."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from members import permissions
from members.lists import sheet
from members.models import Unit
from members.typed import signed_in, typed
from training import actions, links, logbook, rules
from training.actions import Busy, Refused
from training.enrolment.columns import Columns
from training.enrolment.forms import AgreeForm, ListForm
from training.enrolment.planning import Plan, make_plan
from training.enrolment.text import as_text
from training.enrolment.writing import hand_in
from training.facts import may_be_asked
from training.models import Registration, RegistrationGroup, TrainingSession
from vietnam.dates import local_day

MOST_MENDED = 60
"""Rows that can be mended on the page at once; more are mended in the spreadsheet."""
_FIX = re.compile(r"fix-([1-9][0-9]{0,3})-([A-Z]+[0-9]{0,18})", re.ASCII)
_ROW = re.compile(r"row-([1-9][0-9]{0,3})", re.ASCII)
_DROP = re.compile(r"drop-([1-9][0-9]{0,3})", re.ASCII)
TAKEN_OFF = gettext_noop("Taken off the list of their unit")
LEFT = "training.left"
"""Rows that were not signed up, kept in the session for the page after."""


@signed_in
def enrol(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks for the list; POST shows what it means, mends it, or hands it in."""
    session = _session(request, slug)
    refusal = rules.why_not_now(session, now=request.now)
    if request.method != "POST":
        return _list_page(request, session, _blank_form(request, session))
    form = ListForm(
        request.POST,
        request.FILES,
        session=session,
        user=request.user,
        on=local_day(request.now),
    )
    if refusal or not form.is_valid():
        return _list_page(request, session, form, status=409 if refusal else 200)
    mended = _mended(request, form)
    if not mended.rows:
        form.add_error("rows", _("There is nobody in this list yet."))
        return _list_page(request, session, form)
    plan = _plan(request, session, form.cleaned_data["unit"], mended)
    if not request.POST.get("send"):
        return _preview(request, plan, mended)
    return _send(request, plan, mended)


@signed_in
def group(request: HttpRequest, slug: str, code: UUID) -> HttpResponse:
    """Who of a list is in; until the close people can be taken off it."""
    session = _session(request, slug)
    found = get_object_or_404(
        RegistrationGroup.objects.select_related("unit"), session=session, code=code
    )
    if not permissions.may(request.user, "training.enrol", found.unit):
        raise Http404("somebody else's list")
    chosen = _chosen(request, found) if request.method == "POST" else []
    if request.method == "POST" and "sure" in request.POST:
        _take_off(request, chosen)
        return redirect(request.path)
    return _group_page(request, found, chosen)


def _session(request: HttpRequest, slug: str) -> TrainingSession:
    if not permissions.may(request.user, "training.enrol"):
        raise PermissionDenied
    return get_object_or_404(
        TrainingSession.objects.published().select_related("unit", "audience_unit"),
        slug=slug,
    )


def _blank_form(request: HttpRequest, session: TrainingSession) -> ListForm:
    """With the rows that were left, or that were sent before signing in."""
    kept = typed(request) or {}
    return ListForm(
        session=session,
        user=request.user,
        on=local_day(request.now),
        initial={
            "unit": kept.get("unit") or request.GET.get("unit"),
            "rows": kept.get("rows") or _left(request, session),
        },
    )


def _mended(request: HttpRequest, form: ListForm) -> sheet.Sheet:
    """The list with what was mended on the page put in its place."""
    fixes, dropped = {}, _numbers(request, _DROP)
    columns = form.layout.columns
    for name, value in request.POST.items():
        match = _FIX.fullmatch(name)
        column = columns.named(match[2]) if match else None
        if column:
            fixes[int(match[1]), column] = value[:400]
    text = as_text(form.sheet, columns=columns, fixes=fixes, without=dropped)
    mended = sheet.read_text(text, form.layout)
    # Only the file itself knows what it hides and what was not read.
    return replace(form.sheet, places=mended.places, rows=mended.rows)


def _numbers(request: HttpRequest, pattern: re.Pattern) -> set[int]:
    return {
        int(match[1]) for name in request.POST if (match := pattern.fullmatch(name))
    }


def _plan(
    request: HttpRequest, session: TrainingSession, unit: Unit, mended: sheet.Sheet
) -> Plan:
    dropped = _numbers(request, _DROP)
    choices = {}
    for name, value in request.POST.items():
        if match := _ROW.fullmatch(name):
            # Rows move up where others were dropped above them.
            number = int(match[1])
            choices[number - sum(one < number for one in dropped)] = value
    return make_plan(
        mended,
        session=session,
        unit=unit,
        user=request.user,
        now=request.now,
        choices=choices,
        tidy_names="tidy" in request.POST or "step" not in request.POST,
    )


def _send(request: HttpRequest, plan: Plan, mended: sheet.Sheet) -> HttpResponse:
    agree = AgreeForm(request.POST)
    changed = plan.fingerprint() != request.POST.get("plan", "")
    partly = request.POST["send"] == "partly"
    if changed or not plan.ready or not agree.is_valid():
        return _preview(request, plan, mended, agree=agree, changed=changed)
    if not partly and not plan.is_whole:
        return _preview(request, plan, mended, agree=agree)
    try:
        done = hand_in(
            plan,
            by=request.user,
            now=request.now,
            together=agree.cleaned_data["together"],
        )
    except Refused as refused:
        sentence = refused.refusal.sentence(plan.session)
        return _preview(
            request, plan, mended, agree=agree, problem=sentence, status=409
        )
    except Busy:
        sentence = _("Many people are signing up right now. Press the button again.")
        return _preview(
            request, plan, mended, agree=agree, problem=sentence, status=503
        )
    if done.group is None:
        sentence = _("All of them have signed up meanwhile.")
        return _preview(
            request, plan, mended, agree=agree, problem=sentence, status=409
        )
    _keep_left(request, plan, mended)
    number = len(done.registrations)
    text = ngettext(
        "%(number)d person is signed up.", "%(number)d people are signed up.", number
    )
    messages.success(request, text % {"number": number})
    return redirect("training:group", plan.session.slug, done.group.code)


def _keep_left(request: HttpRequest, plan: Plan, mended: sheet.Sheet) -> None:
    """The rows that did not go in wait on the list's page to be mended."""
    done = {row.number for row in [*plan.ready, *plan.already]}
    if len(done) < len(mended.rows):
        text = as_text(mended, columns=plan.columns, without=done)
        request.session[LEFT] = {"session": plan.session.pk, "text": text}
    else:
        request.session.pop(LEFT, None)


def _left(request: HttpRequest, session: TrainingSession) -> str:
    kept = request.session.get(LEFT) or {}
    return kept.get("text", "") if kept.get("session") == session.pk else ""


def _list_page(
    request: HttpRequest, session: TrainingSession, form: ListForm, *, status: int = 200
) -> HttpResponse:
    refusal = rules.why_not_now(session, now=request.now)
    mine = permissions.scoped(
        RegistrationGroup.objects.filter(session=session),
        request.user,
        "training.enrol",
    )
    context = {
        "session": session,
        "form": form,
        "refusal": refusal.sentence(session) if refusal else "",
        "groups": mine.select_related("unit").order_by("-made_at")[:20],
        "columns": [column.title for column in form.layout.columns],
    }
    return render(request, "training/enrolment/list.html", context, status=status)


def _preview(
    request: HttpRequest,
    plan: Plan,
    mended: sheet.Sheet,
    *,
    agree: AgreeForm | None = None,
    changed: bool = False,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    open_rows = [row for row in plan.rows if row.errors or row.choices]
    context = {
        "session": plan.session,
        "plan": plan,
        "sheet": mended,
        "text": as_text(mended, columns=plan.columns),
        "rows": [_row(row, plan.columns, mended) for row in plan.rows],
        "too_many": len(open_rows) > MOST_MENDED,
        "agree": agree or AgreeForm(),
        "tidy": request.POST.get("tidy") or "step" not in request.POST,
        "changed": changed,
        "problem": problem,
    }
    return render(request, "training/enrolment/preview.html", context, status=status)


def _row(row, columns: Columns, mended: sheet.Sheet) -> dict:
    """One row for the table: cells with what is wrong beside them."""
    shown = [
        column for column in columns if column in mended.places or column in row.errors
    ]
    return {
        "plan": row,
        "cells": [
            {
                "column": column,
                "text": row.texts[column],
                "error": row.errors.get(column, ""),
            }
            for column in shown
        ],
    }


def _chosen(request: HttpRequest, found: RegistrationGroup) -> list[Registration]:
    keys = [key for key in request.POST.getlist("person") if key.isdecimal()]
    rows = Registration.objects.filter(group=found, pk__in=keys[:500]).live()
    return list(rows.select_related("person", "session"))


def _take_off(request: HttpRequest, chosen: list[Registration]) -> None:
    done = []
    for registration in chosen:
        try:
            actions.cancel(
                registration_id=registration.pk, by=request.user, now=request.now
            )
            done.append(registration)
        except Refused as refused:
            messages.warning(request, str(refused.refusal.label))
            break
        except Busy:
            text = _("Many people are signing up right now. Press the button again.")
            messages.warning(request, text)
            break
    if number := len(done):
        logbook.decided(request.user, TAKEN_OFF, done)
        text = ngettext(
            "%(number)d person is off the list.",
            "%(number)d people are off the list.",
            number,
        )
        messages.success(request, text % {"number": number})


def _group_page(
    request: HttpRequest, found: RegistrationGroup, chosen: list[Registration]
) -> HttpResponse:
    session = found.session
    rows = (
        Registration.objects.filter(group=found)
        .with_people_ahead()
        .with_lacks()
        .select_related("person")
        .order_by("person__sort_name", "id")
    )
    if may_be_asked(session, now=request.now):
        for row in rows:
            if row.is_live and row.lacks:
                row.asked_path = links.asked_path(session.slug, row.code)
    context = {
        "session": session,
        "group": found,
        "rows": rows,
        "waits_for": next(
            (one.state for one in rows if one.state in {"offered", "waiting"}), ""
        ),
        "chosen": chosen,
        "open": rules.why_not_now(session, now=request.now) is None,
        "left": _left(request, session),
    }
    return render(request, "training/enrolment/group.html", context)
