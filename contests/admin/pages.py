"""Pages beside the form of a contest: one contest, one template."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from contests.models import Contest, Round


def contest_of(model_admin, request: HttpRequest, pk: int) -> Contest:
    """One whom this account may manage, else 404: both rights are one here."""
    rows = model_admin.get_queryset(request).select_related("unit").defer("rules")
    return get_object_or_404(rows.for_desk(), pk=pk)


def page(
    model_admin, request: HttpRequest, contest: Contest, template: str, **context: Any
) -> HttpResponse:
    context = model_admin.admin_site.each_context(request) | {
        "contest": contest,
        "opts": model_admin.opts,
        **context,
    }
    return render(request, f"contests/admin/{template}.html", context)


def chosen(rows: list, asked: str, default: int = 0):
    """The one asked for by id, else the first, or with -1 the last."""
    found = next((one for one in rows if str(one.pk) == asked), None)
    return found or (rows[default] if rows else None)


def rounds_of(contest: Contest) -> list[Round]:
    """With what counts of their criteria."""
    rounds = list(contest.rounds.with_counted())
    for round_ in rounds:
        round_.contest = contest
    return rounds
