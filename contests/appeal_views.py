"""The entrant appeals, and reads the answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from contests import appeals
from contests.entering import frame
from contests.forms import AppealForm
from contests.locks import Busy, Refused
from contests.models import Entry
from members.typed import signed_in


@signed_in
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """GET asks, or shows what was sent and answered; POST sends."""
    found = frame.find(request, code)
    form = AppealForm(request.POST or None)
    if request.method != "POST":
        return _page(request, found, form)
    frame.only_owner(request, found)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        appeals.appeal(
            entry_id=found.pk,
            text=form.cleaned_data["text"],
            by=request.user,
            now=request.now,
        )
    except Refused as refused:
        problem = refused.refusal.sentence(found.contest)
        return _page(request, found, form, problem=problem, status=409)
    except Busy:
        return frame.busy(_page(request, found, form, problem=frame.busy_text()))
    return redirect("contests:appeal", code)


def _page(
    request: HttpRequest,
    found: Entry,
    form: AppealForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    refusal = appeals.why_not_appeal(found, now=request.now)
    own = found.owner_id == request.user.pk
    context = {
        "entry": found,
        "contest": found.contest,
        "appeal": found.appeals.first(),
        "until": found.contest.appeals_until,
        "refusal": refusal.sentence(found.contest) if refusal else "",
        "problem": problem,
        # What was typed stays readable even when it comes too late.
        "form": form if own and (refusal is None or form.is_bound) else None,
        "may_send": own and refusal is None,
    }
    return render(request, "contests/appeal.html", context, status=status)
