"""What judges see: their entries under blind codes, and nothing of who made them.

Pages and downloads are built from `contests.blind`, an allow-list of what may be
seen; a field that somebody adds to an entry is not on it.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contests import blind
from contests.forms import ConflictForm, ScoreForm
from contests.judging import conflicts, others, rules, scoring
from contests.locks import Busy, Refused
from contests.models import JudgeAssignment, Score
from contests.refusals import ScoreRefusal
from members.typed import signed_in, typed
from vietnam.dates import time_text

RETRY_AFTER = 3


@require_safe
@login_required
@never_cache
def assignments(request: HttpRequest) -> HttpResponse:
    if not rules.is_judge(request.user):
        raise Http404("no judge")
    rows = _of(request).order_by("round__ends_at", "round", "blind_code")
    seen = [
        row
        for row in rows
        if rules.may_see_assignment(row, request.user, now=request.now)
    ]
    groups: dict = {}
    for row in seen:
        groups.setdefault(row.round, []).append(blind.line_of(row, now=request.now))
    rounds = [
        {
            "round": round_,
            "contest": round_.contest,
            "lines": lines,
            "done": sum(line.state == "accepted" for line in lines),
            "all": sum(line.state != "cancelled" for line in lines),
            "refusal": blind.why_not_round(round_, now=request.now),
        }
        for round_, lines in groups.items()
    ]
    # What can be worked on comes first, what is over last.
    order = (None, ScoreRefusal.NOT_YET, ScoreRefusal.OVER)
    rounds.sort(key=lambda one: order.index(one["refusal"]))
    return render(request, "contests/judging/list.html", {"rounds": rounds})


@signed_in
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the blind copy and the form; POST keeps the scores."""
    row = _find(request, pk)
    form = _score_form(request, row)
    if request.method != "POST":
        return _page(request, row, form)
    refusal = rules.why_not_score(row, now=request.now)
    if refusal:
        return _page(request, row, form, problem=str(refusal.label), status=409)
    if not form.is_valid():
        return _page(request, row, form)
    try:
        scoring.score(
            assignment_id=row.pk,
            values=form.values(),
            comment=form.cleaned_data["comment"],
            by=request.user,
            now=request.now,
            seen=_seen(request),
        )
    except Refused as refused:
        sentence = str(refused.refusal.label)
        if refused.refusal == ScoreRefusal.ELSEWHERE:
            row = _find(request, pk)
            form.data = form.data.copy()
            form.data["seen"] = _moment(row)
        return _page(request, row, form, problem=sentence, status=409)
    except Busy:
        return _busy(_page(request, row, form, problem=_busy_text()))
    return redirect("judging:list")


@require_POST
@login_required
@never_cache
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands in the form, kept by js/scores.js while it is typed.

    Answers when it was kept, or why not: then the typed text stays on the screen.
    """
    row = _find(request, pk)
    typed = {
        name: request.POST.get(name, "") for name in _score_form(request, row).fields
    }
    try:
        kept = scoring.keep_draft(
            assignment=row, typed=typed, seen=_seen(request), now=request.now
        )
    except Refused as refused:
        return JsonResponse({"problem": str(refused.refusal.label)}, status=409)
    if not kept:
        text = _("These scores were given in another window. Load the page anew.")
        return JsonResponse({"problem": text}, status=409)
    at = time_text(request.now)
    return JsonResponse(
        {"kept": _("Draft kept at %(time)s, not given yet") % {"time": at}}
    )


@signed_in
def conflict(request: HttpRequest, pk: int) -> HttpResponse:
    row = _find(request, pk)
    form = ConflictForm(typed(request), initial={"kind": ConflictForm.HARD})
    if row.aside in row.CLOSED:
        return redirect("judging:assignment", pk)
    if request.method == "POST" and form.is_valid():
        try:
            conflicts.declare_conflict(
                assignment_id=row.pk,
                reason=form.cleaned_data["reason"],
                soft=form.cleaned_data["kind"] == ConflictForm.SOFT,
                by=request.user,
                now=request.now,
            )
        except Busy:
            form.add_error(None, _busy_text())
            context = {"code": row.blind_code, "pk": pk, "form": form}
            page = render(request, "contests/judging/conflict.html", context)
            return _busy(page)
        return redirect("judging:list")
    context = {"code": row.blind_code, "pk": pk, "form": form}
    return render(request, "contests/judging/conflict.html", context)


def _of(request: HttpRequest):
    return (
        JudgeAssignment.objects.of(request.user)
        .select_related(
            "round__contest",
            "judge__person__unit",
            "entry__division",
            "entry__field",
            "entry__owner__person__unit",
        )
        .prefetch_related("entry__authors__person__unit")
    )


def _find(request: HttpRequest, pk: int) -> JudgeAssignment:
    row = _of(request).filter(pk=pk).first()
    if row is None or not rules.may_see_assignment(row, request.user, now=request.now):
        raise Http404("not this judge's")
    row.judge = request.user
    return row


def _score_form(request: HttpRequest, row: JudgeAssignment) -> ScoreForm:
    return ScoreForm(
        typed(request),
        criteria=[one for one in row.round.criteria.all() if one.weight],
        given={score.criterion_id: score.value for score in row.scores.all()},
        comment=row.comment,
        draft=row.draft,
    )


def _moment(row: JudgeAssignment) -> str:
    return row.scored_at.isoformat() if row.scored_at else ""


def _seen(request: HttpRequest) -> dt.datetime | None:
    """When the scores were given that the page showed."""
    try:
        return parse_datetime(request.POST.get("seen", ""))
    except ValueError:
        return None


def _page(
    request: HttpRequest,
    row: JudgeAssignment,
    form: ScoreForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    readable = rules.may_read_blind(row, request.user, now=request.now)
    refusal = rules.why_not_score(row, now=request.now)
    context = {
        "pk": row.pk,
        "code": row.blind_code,
        "round": row.round,
        "contest": row.round.contest,
        "scored_at": row.scored_at,
        "seen": form.data.get("seen", "") if form.is_bound else _moment(row),
        # What was given, where the form does not show it.
        "given": _given(row) if refusal or problem else [],
        "given_comment": row.comment,
        "drafted_at": row.drafted_at if row.draft else None,
        "disclosed": row.aside == JudgeAssignment.Aside.SOFT,
        "admitted": row.admitted_at is not None,
        "others": others.points_of_others(row)
        if rules.may_see_others(row, request.user, now=request.now)
        else None,
        "work": blind.copy_of(row) if readable else None,
        "refusal": refusal,
        "problem": problem,
        # What was typed is shown even when it can no longer be kept.
        "form": form if readable and (not refusal or form.is_bound) else None,
        "may_save": not refusal,
    }
    return render(request, "contests/judging/score.html", context, status=status)


def _given(row: JudgeAssignment) -> list[Score]:
    scores = row.scores.select_related("criterion")
    return list(scores.order_by("criterion__order", "criterion"))


def _busy_text() -> str:
    return _("Somebody else is just changing this. Press the button again.")


def _busy(response: HttpResponse) -> HttpResponse:
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER)
    return response
