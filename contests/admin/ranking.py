"""Places, spread and prizes of a round; the shortlist; when the results come out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext

from content.pagination import page_of
from content.prepared import prepared
from contests import decisions, rules
from contests.admin import pages
from contests.admin.saying import run
from contests.admin_forms import AwardsForm, ResultsForm, ShortlistForm
from contests.models import (
    Contest,
    Division,
    Entry,
    JudgeAssignment,
    RankingRun,
    Round,
    Shortlisted,
)
from contests.ranking import calibration, runs, shortlist, tables
from contests.ranking.now import Standing, standing_of

PER_PAGE = 40
"""Lines on one page, each with the choice of a prize; all leave as .xlsx."""
RUNS = 10


class RankingPages:
    """For the admin of contests."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.ranking_view)
        name = "contests_contest_ranking"
        return [path("<int:pk>/ranking/", view, name=name), *super().get_urls()]

    def ranking_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        contest = pages.contest_of(self, request, pk)
        rounds = pages.rounds_of(contest)
        round_ = pages.chosen(rounds, request.GET.get("round", ""), default=-1)
        if request.method == "POST" and "do" in request.POST:
            done = self._do(request, contest, round_)
            if done:
                return redirect(request.get_full_path())
        read: dict[int, Entry] = {}
        found = standing_of(round_, read=read) if round_ else None
        shown = _shown(found, round_, request, read)
        public = rules.results_public(contest, now=request.now)
        may_award = request.now >= contest.closes_at and not public
        gives = request.method == "POST" and "do" not in request.POST
        awards = AwardsForm(
            request.POST if gives else None,
            entries=[one.entry for one in shown.lines],
            prizes=contest.prize_titles,
        )
        if gives and awards.is_valid() and self._award(request, awards):
            return redirect(request.get_full_path())
        fixed = list(_runs(round_.pk, limit=RUNS)) if round_ else []
        choosing = self._shortlist(request, round_, found)
        on = choosing.get("on", ())
        return pages.page(
            self,
            request,
            contest,
            "ranking",
            title=gettext("Ranking"),
            rounds=rounds,
            chosen=round_,
            divisions=shown.divisions,
            division=shown.division,
            raw=shown.raw,
            lines=[
                (one, awards[f"award-{one.entry.pk}"], one.entry.pk in on)
                for one in shown.lines
            ],
            page=shown.page,
            may_award=may_award,
            public=public,
            letters=contest.taking_part,
            results=self._results_form(request, contest),
            no_release=decisions.why_not_results_at(
                contest, request.now, now=request.now
            ),
            sure=_before_release(contest) if _asks_to_release(request) else None,
            runs=fixed,
            current=bool(fixed) and fixed[0].inputs_hash == found.hash,
            **choosing,
        )

    def _do(self, request: HttpRequest, contest: Contest, round_: Round | None) -> bool:
        """The buttons beside the prizes; each calls one action."""
        match request.POST["do"]:
            case "results":
                form = self._results_form(request, contest)
                if not form.is_valid():
                    return False
                act = partial(
                    decisions.set_results_time,
                    contest_id=contest.pk,
                    moment=form.cleaned_data["moment"],
                )
                return run(self, request, act, gettext("The moment is set."))
            case "release" if "sure" in request.POST:
                act = partial(decisions.release, contest_id=contest.pk)
                return run(self, request, act, gettext("The results are public now."))
            case "fix" if round_:
                act = partial(runs.fix, round_id=round_.pk)
                return run(self, request, act, gettext("The ranking is fixed."))
            case "shortlist" if round_:
                return self._choose(request, round_)
            case "announce" if round_:
                act = partial(shortlist.announce, round_id=round_.pk)
                text = gettext("The shortlist is announced.")
                return run(self, request, act, text)
        return False

    def _choose(self, request: HttpRequest, round_: Round) -> bool:
        form = ShortlistForm(request.POST)
        latest = _runs(round_.pk, limit=1).first()
        if not form.is_valid() or latest is None:
            return False
        act = partial(shortlist.choose, run_id=latest.pk, **form.cleaned_data)
        return run(self, request, act, gettext("The shortlist is made."))

    @staticmethod
    def _results_form(request: HttpRequest, contest: Contest) -> ResultsForm:
        sent = request.POST.get("do") == "results"
        initial = {"moment": contest.results_at}
        return ResultsForm(request.POST if sent else None, initial=initial)

    @staticmethod
    def _shortlist(
        request: HttpRequest, round_: Round | None, found: Standing | None
    ) -> dict:
        """The form, who is on the list, and what a tie at the cut would come to."""
        if round_ is None or found is None or round_.kind != Round.Kind.PRELIMINARY:
            return {"shortlist": None}
        here = {row.entry for row in found.outcome.rows}
        sent = request.POST.get("do") == "shortlist"
        form = ShortlistForm(request.POST if sent else None)
        return {
            "shortlist": form,
            "on": {entry for (entry,) in _shortlisted(round_.pk) if entry in here},
            "refusal": shortlist.why_not_shortlist(round_, now=request.now),
        }

    def _award(self, request: HttpRequest, form: AwardsForm) -> bool:
        done = True
        for entry_id, title, order in form.changes():
            act = partial(decisions.award, entry_id=entry_id, title=title, order=order)
            done &= run(self, request, act, "")
        if done:
            self.message_user(request, gettext("The prizes are saved."))
        return done


def _asks_to_release(request: HttpRequest) -> bool:
    """The first press shows what follows: letters that are out come back no more."""
    return request.POST.get("do") == "release" and "sure" not in request.POST


def _before_release(contest: Contest) -> dict[str, int]:
    """What whoever publishes the results should know, in three numbers."""
    works = Entry.objects.filter(contest=contest).in_contest()
    owed = JudgeAssignment.objects.counting().filter(
        entry=OuterRef("pk"), scored_at=None
    )
    thin = Q(Exists(owed)) | Q(pk__in=works.lacking_judges().values("pk"))
    return {
        "prizes": works.filter(state=Entry.State.AWARDED).count(),
        "works": works.count(),
        "thin": works.filter(thin).count(),
    }


@prepared
def _runs(round_id: int) -> QuerySet:
    """Without what went in and came out, which are long."""
    rows = RankingRun.objects.filter(round_id=round_id).defer("inputs", "rows")
    return rows.select_related("made_by__person")


@prepared
def _shortlisted(round_id: int) -> QuerySet:
    rows = Shortlisted.objects.filter(round_id=round_id).order_by()
    return rows.values_list("entry")


@dataclass(frozen=True)
class _Shown:
    """One page of one division, with the entries themselves."""

    divisions: list[Division]
    division: Division | None
    raw: str
    lines: list[tables.Standing]
    page: Page | None


def _shown(
    found: Standing | None,
    round_: Round | None,
    request: HttpRequest,
    read: dict[int, Entry],
) -> _Shown:
    if found is None or not found.divisions:
        return _Shown([], None, "", [], None)
    division = pages.chosen(found.divisions, request.GET.get("division", ""))
    bench, rows = found.of(division.pk)
    page = page_of(rows, request, PER_PAGE)
    entries = read or (
        Entry.objects.select_related("award")
        .defer("summary", "note")
        .in_bulk([row.entry for row in page])
    )
    # Erased meanwhile: no line; the places of others stay.
    there = [row for row in page if row.entry in entries]
    lines = [tables.standing(entries[row.entry], row, round_) for row in there]
    raw = str(calibration.Raw(bench.raw).label) if bench.raw else ""
    return _Shown(found.divisions, division, raw, lines, page)
