"""Places, spread and prizes of a round; and when the results come out."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext

from contests import decisions, ranking, rules
from contests.admin.saying import run
from contests.admin_forms import (
    AwardsForm,
    ResultsForm,
)
from contests.models import (
    Round,
)


class RankingPages:
    """For the admin of contests."""

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/ranking/",
                wrap(self.ranking_view),
                name="contests_contest_ranking",
            ),
            *super().get_urls(),
        ]

    def ranking_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Places, spread and prizes of a round; and when the results come out."""
        # Whoever sees a contest here may change it: both ask for one permission.
        contest = get_object_or_404(self.get_queryset(request), pk=pk)
        rounds = list(contest.rounds.prefetch_related("criteria"))
        chosen = _chosen(rounds, request.GET.get("round", ""))
        tables = ranking.tables(chosen) if chosen else []
        posted = request.method == "POST"
        sets_time = posted and "results" in request.POST
        gives = posted and not sets_time
        awards = AwardsForm(request.POST if gives else None, tables=tables)
        results = ResultsForm(
            request.POST if sets_time else None, initial={"moment": contest.results_at}
        )
        if gives and awards.is_valid() and self._award(request, awards):
            return redirect(request.get_full_path())
        if sets_time and results.is_valid():
            act = partial(
                decisions.set_results_time,
                contest_id=pk,
                moment=results.cleaned_data["moment"],
            )
            if run(self, request, act, gettext("The moment is set.")):
                return redirect(request.get_full_path())
        public = rules.results_public(contest, now=request.now)
        context = self.admin_site.each_context(request) | {
            "contest": contest,
            "opts": self.opts,
            "title": gettext("Ranking"),
            "rounds": rounds,
            "chosen": chosen,
            "tables": [
                (table, [(one, _award_field(awards, one)) for one in table.standings])
                for table in tables
            ],
            "results": results,
            "public": public,
            "letters": sum(len(table.standings) for table in tables),
            "may_award": request.now >= contest.closes_at and not public,
        }
        return render(request, "contests/admin/ranking.html", context)

    def _award(self, request: HttpRequest, form: AwardsForm) -> bool:
        done = True
        for entry_id, title, order in form.changes():
            act = partial(decisions.award, entry_id=entry_id, title=title, order=order)
            done &= run(self, request, act, "")
        if done:
            self.message_user(request, gettext("The prizes are saved."))
        return done


def _chosen(rounds: list[Round], asked: str) -> Round | None:
    return next(
        (one for one in rounds if str(one.pk) == asked), rounds[-1] if rounds else None
    )


def _award_field(form: AwardsForm, standing: ranking.Standing):
    return form[f"award-{standing.entry.pk}"]
