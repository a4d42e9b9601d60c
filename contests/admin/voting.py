"""The audit of a public vote, the ballots behind a line, the count."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.fields import NFCTextFormField
from contests.admin import pages
from contests.admin.saying import run
from contests.models import Contest, Entry, SetAside
from contests.voting import auditing, counting, rules

NAME = "contests_contest_vote"


class AsideForm(forms.Form):
    """Why ballots are set aside; it is kept and read by whoever audits later."""

    reason = NFCTextFormField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays on this page beside your name."),
    )


class VotePages:
    """For the admin of contests."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.vote_view)
        return [path("<int:pk>/vote/", view, name=NAME), *super().get_urls()]

    def vote_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows the audit; POST sets aside, takes that back, or counts."""
        contest = pages.contest_of(self, request, pk)
        form = AsideForm(request.POST if "aside" in request.POST else None)
        if request.method == "POST" and self._settle_vote(request, contest, form):
            return redirect(request.get_full_path())
        chosen = _chosen(request)
        over = rules.vote_over(contest, now=request.now)
        return pages.page(
            self,
            request,
            contest,
            "vote",
            title=gettext("Public vote"),
            audit=auditing.audit(contest) if contest.has_vote else None,
            ballots=auditing.ballots(contest, **chosen) if chosen else None,
            most=auditing.MOST_BALLOTS,
            network=chosen.get("network", ""),
            form=form,
            decisions=SetAside.objects.filter(contest=contest).select_related(
                "made_by__person", "ended_by__person"
            ),
            over=over,
            open=rules.vote_open(contest, now=request.now),
            may_set_aside=auditing.why_not_set_aside(contest, now=request.now) is None,
            may_count=counting.why_not_count(contest, now=request.now) is None,
            count=_count(contest) if over else None,
        )

    def _settle_vote(
        self, request: HttpRequest, contest: Contest, form: AsideForm
    ) -> bool:
        if "count" in request.POST:
            act = partial(counting.count, contest_id=contest.pk)
            return run(self, request, act, gettext("The votes are counted."))
        if "back" in request.POST:
            rows = SetAside.objects.filter(
                contest=contest, pk=_id(request.POST["back"])
            )
            if decision := rows.first():
                act = partial(auditing.take_back, decision_id=decision.pk)
                return run(self, request, act, gettext("These ballots count again."))
            return False
        if not form.is_valid():
            return False
        if "every" in request.POST and (chosen := _chosen(request)):
            ids = [ballot.pk for ballot in auditing.ballots(contest, **chosen)]
        else:
            ids = [_id(text) for text in request.POST.getlist("ballot")]
        act = partial(
            auditing.set_aside,
            contest_id=contest.pk,
            ballot_ids=[pk for pk in ids if pk],
            reason=form.cleaned_data["reason"],
        )
        return run(self, request, act, gettext("The ballots are set aside."))


def _chosen(request: HttpRequest) -> dict:
    """Which line of the audit was followed."""
    found: dict = {}
    if network := request.GET.get("network", ""):
        found["network"] = network[:16]
    first, last = (_moment(request.GET.get(name, "")) for name in ("first", "last"))
    if first and last:
        found |= {"first": first, "last": last}
    return found


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _count(contest: Contest) -> dict | None:
    """The latest count with the works' titles, the most votes of a division first."""
    counted = counting.latest(contest)
    if counted is None:
        return None
    entries = Entry.objects.select_related("division").in_bulk(
        [entry for entry, _good, _aside in counted.rows]
    )
    lines = [
        {"entry": entries[pk], "votes": good, "aside": aside}
        for pk, good, aside in counted.rows
        if pk in entries
    ]
    lines.sort(
        key=lambda line: (
            line["entry"].division.order,
            line["entry"].division_id,
            -(line["votes"] if line["votes"] is not None else -1),
            line["entry"].title,
        )
    )
    return {"counted": counted, "lines": lines}
