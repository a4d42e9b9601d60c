"""What judges see: their entries under blind codes, and nothing of who made them.

Pages and downloads are built from `contests.blind`, an allow-list of what may be
seen; a field that somebody adds to an entry is not on it.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contests import blind
from contests.forms import ConflictForm, ScoreForm
from contests.judging import conflicts, rules, scoring
from contests.locks import Busy, Refused
from contests.models import JudgeAssignment

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
    context = {
        "rounds": [
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
    }
    return render(request, "contests/judging/list.html", context)


@login_required
@never_cache
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
        )
    except Refused as refused:
        sentence = str(refused.refusal.label)
        return _page(request, row, form, problem=sentence, status=409)
    except Busy:
        return _busy(_page(request, row, form, problem=_busy_text()))
    return redirect("judging:list")


@login_required
@never_cache
def conflict(request: HttpRequest, pk: int) -> HttpResponse:
    row = _find(request, pk)
    form = ConflictForm(request.POST or None)
    if row.conflict:
        return redirect("judging:assignment", pk)
    if request.method == "POST" and form.is_valid():
        try:
            conflicts.declare_conflict(
                assignment_id=row.pk,
                reason=form.cleaned_data["reason"],
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
            "round__contest", "judge__person", "entry__division", "entry__owner__person"
        )
        .prefetch_related("entry__authors__person")
    )


def _find(request: HttpRequest, pk: int) -> JudgeAssignment:
    row = _of(request).filter(pk=pk).first()
    if row is None or not rules.may_see_assignment(row, request.user, now=request.now):
        raise Http404("not this judge's")
    row.judge = request.user
    return row


def _score_form(request: HttpRequest, row: JudgeAssignment) -> ScoreForm:
    return ScoreForm(
        request.POST if request.method == "POST" else None,
        criteria=list(row.round.criteria.all()),
        given={score.criterion_id: score.value for score in row.scores.all()},
        comment=row.comment,
    )


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
        "work": blind.copy_of(row) if readable else None,
        "refusal": refusal,
        "problem": problem,
        # What was typed is shown even when it can no longer be kept.
        "form": form if readable and (not refusal or form.is_bound) else None,
        "may_save": not refusal,
        "stepped_back": bool(row.conflict),
    }
    return render(request, "contests/judging/score.html", context, status=status)


def _busy_text() -> str:
    return _("Somebody else is just changing this. Press the button again.")


def _busy(response: HttpResponse) -> HttpResponse:
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER)
    return response
