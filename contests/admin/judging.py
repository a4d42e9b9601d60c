"""The secretary's desk for judging: progress of each judge, and who reads what."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext, ngettext

from contests.admin import pages
from contests.admin.saying import run
from contests.admin_forms import ProposalForm
from contests.judging import assigning, conflicts, progress
from contests.models import Contest, JudgeAssignment, Round
from vietnam.dates import local_day

NAME = "contests_contest_judging"


class JudgingPages:
    """For the admin of contests."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.judging_view)
        return [path("<int:pk>/judging/", view, name=NAME), *super().get_urls()]

    def judging_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows where judging stands; POST proposes, then gives what was seen."""
        contest = pages.contest_of(self, request, pk)
        rounds = pages.rounds_of(contest)
        round_ = pages.chosen(rounds, request.GET.get("round", ""))
        if round_ is None:
            return self._judging_page(request, contest, rounds, None)
        if request.method == "POST" and "row" in request.POST:
            self._settle(request, round_)
            return redirect(request.get_full_path())
        if request.method == "POST" and "read_again" in request.POST:
            self._read_again(request, round_)
            return redirect(request.get_full_path())
        state = progress.of_round(round_, on=local_day(request.now))
        form = ProposalForm(
            request.POST or None, divisions=state.divisions, judges=state.judges
        )
        shown = {"form": form, "progress": state}
        if not form.is_valid():
            return self._judging_page(request, contest, rounds, round_, **shown)
        asked = form.asked()
        if "apply" in request.POST:
            act = partial(
                assigning.apply_proposal,
                round_id=round_.pk,
                fingerprint=form.cleaned_data["fingerprint"],
                **asked,
            )
            if run(self, request, act, gettext("The entries are given out.")):
                return redirect(request.get_full_path())
        plan = assigning.propose(round_, **asked)
        return self._judging_page(request, contest, rounds, round_, plan=plan, **shown)

    def _read_again(self, request: HttpRequest, round_: Round) -> None:
        """One press: every work whose judges are far apart goes to one more."""
        outcome = []

        def act(**who) -> None:
            outcome.extend(assigning.read_again(round_id=round_.pk, **who))

        if not run(self, request, act, ""):
            return
        new, short = outcome
        text = ngettext(
            "%(n)d more reading is given out, with a letter to the judge.",
            "%(n)d more readings are given out, with a letter to each judge.",
            new,
        )
        self.message_user(request, text % {"n": new})
        if short:
            text = ngettext(
                "Nobody of this round is left for %(n)d work: %(codes)s. Choose "
                "another judge below.",
                "Nobody of this round is left for %(n)d works: %(codes)s. Choose "
                "other judges below.",
                len(short),
            )
            codes = ", ".join(entry.code for entry in short[:20])
            said = text % {"n": len(short), "codes": codes}
            self.message_user(request, said, messages.WARNING)

    def _settle(self, request: HttpRequest, round_: Round) -> None:
        """Let a disclosed conflict count, or take a judge off."""
        key = request.POST["row"]
        rows = JudgeAssignment.objects.filter(round=round_)
        row = rows.filter(pk=key).first() if key.isdecimal() else None
        if row is None:
            return
        if "admit" in request.POST:
            act = partial(conflicts.admit, assignment_id=row.pk)
            run(self, request, act, gettext("These scores count now."))
            return
        act = partial(
            conflicts.take_off,
            assignment_id=row.pk,
            reason=gettext("Taken off by the organisers"),
        )
        run(self, request, act, gettext("The judge is taken off this entry."))

    def _judging_page(
        self,
        request: HttpRequest,
        contest: Contest,
        rounds: list[Round],
        round_: Round | None,
        **context,
    ) -> HttpResponse:
        return pages.page(
            self,
            request,
            contest,
            "judging",
            title=gettext("Judging"),
            rounds=rounds,
            chosen=round_,
            **context,
        )
