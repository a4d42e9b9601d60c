"""What everybody sees: contests, their rules, their results."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content import pagecache
from content.pagination import page_of
from contests import loading, pictures, rules
from contests.models import Author, Contest, Entry
from contests.phases import phases
from contests.signs import days_left, next_step, sign_of
from contests.voting import counting
from contests.voting.rules import gallery_public, vote_open
from members.models import Consent
from members.rules import publishable
from vietnam.dates import local_day

PER_PAGE = 20
State = Entry.State


@pagecache.public("contests", query=["page"])
@require_safe
def contest_list(request: HttpRequest) -> HttpResponse:
    contests = Contest.objects.published().open_first(request.now).defer("rules")
    page = page_of(contests, request, PER_PAGE)
    shown = [
        {
            "contest": contest,
            "sign": sign_of(contest, request.now),
            "days": days_left(contest, request.now),
        }
        for contest in page
    ]
    context = {
        "page": page,
        "open": [one for one in shown if one["sign"].state == "open"],
        "others": [one for one in shown if one["sign"].state != "open"],
    }
    return render(request, "contests/list.html", context)


@pagecache.public("contests")
@require_safe
def contest(request: HttpRequest, slug: str) -> HttpResponse:
    found = find(request, slug)
    mine: list[Entry] = []
    if request.user.is_authenticated:
        # Drafts first, then what is in the contest.
        mine = list(
            Entry.objects.of(request.user).filter(contest=found).order_by("-id")[:20]
        )
        for entry in mine:
            entry.contest = found
    rounds = list(found.rounds.prefetch_related("criteria"))
    context = {
        "contest": found,
        "divisions": found.divisions.all(),
        "fields": found.fields.all(),
        "prizes": found.prizes.all(),
        "contacts": found.contacts.all(),
        "rounds": rounds,
        "phases": phases(found, rounds, now=request.now),
        "gallery_public": gallery_public(found, now=request.now),
        "vote_open": vote_open(found, now=request.now),
        "jury_weight": 100 - found.vote_weight,
        "shortlist_public": rules.shortlist_public(found, now=request.now),
        "sign": sign_of(found, request.now),
        "days": days_left(found, request.now),
        "step": next_step(found, request.user, mine, now=request.now),
        "mine": [(entry, rules.state_shown(entry, now=request.now)) for entry in mine],
        "results_public": rules.results_public(found, now=request.now),
        "may_enter_again": bool(mine)
        and rules.why_not_enter(found, request.user, now=request.now) is None,
    }
    return render(request, "contests/contest.html", context)


@pagecache.public("contests")
@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """From `results_at` on for everybody; before that a preview for organisers.

    A name stands there only with the consents that rule 9 asks for, looked up for
    this very page: one that was withdrawn is gone at once.
    """
    found = find(request, slug)
    public = rules.results_public(found, now=request.now)
    if not public and not (
        request.user.is_authenticated and rules.manages(request.user, found)
    ):
        raise Http404("no results yet")
    entries = list(
        Entry.objects.filter(contest=found, state=State.AWARDED, award__isnull=False)
        .select_related("division", "award")
        .prefetch_related("authors__person", "files")
        .order_by("division__order", "division_id", "award__order", "title", "id")
    )
    for entry in entries:
        entry.contest = found
    groups = _by_division(
        request,
        found,
        entries,
        seen=pictures.pictures_of(entries, now=request.now),
        votes=counting.public_votes(found, now=request.now) or {},
    )
    context = {
        "contest": found,
        "groups": groups,
        "public": public,
        "gallery_public": gallery_public(found, now=request.now),
        "taking_part": Entry.objects.in_contest().filter(contest=found).count(),
    }
    return render(request, "contests/results.html", context)


@pagecache.public("contests")
@require_safe
def shortlist(request: HttpRequest, slug: str) -> HttpResponse:
    """Which works go on, from the moment on at which it was announced."""
    found = find(request, slug)
    if not rules.shortlist_public(found, now=request.now):
        raise Http404("not announced yet")
    entries = list(
        Entry.objects.in_contest()
        .filter(contest=found, shortlisted__round__announced_at__lte=request.now)
        .distinct()
        .select_related("division")
        .prefetch_related("authors__person")
        .order_by("division__order", "division_id", "title", "id")
    )
    context = {"contest": found, "groups": _by_division(request, found, entries)}
    return render(request, "contests/shortlist.html", context)


def _by_division(
    request: HttpRequest,
    contest: Contest,
    entries: list[Entry],
    *,
    seen: Mapping[int, pictures.Shown] = MappingProxyType({}),
    votes: Mapping[int, int] = MappingProxyType({}),
):
    """Works by division, with the names that may be told (rule 9).

    What a work is about, its picture and its votes stand there only where all of its
    authors may be named.
    """
    named = publishable(
        {author.person for entry in entries for author in entry.authors.all()},
        Consent.Purpose.PUBLISH_NAME,
        on=local_day(request.now),
        about=rules.consent_about(contest),
    )
    groups: dict = {}
    for entry in entries:
        authors = list(entry.authors.all())
        all_named = authors and all(author.person_id in named for author in authors)
        shown = {
            "entry": entry,
            "authors": [_as_named(author, named) for author in authors],
            "summary": entry.summary if all_named else "",
            "picture": seen.get(entry.pk) if all_named else None,
            "votes": votes.get(entry.pk) if all_named else None,
        }
        groups.setdefault(entry.division, []).append(shown)
    return groups.items()


def _as_named(author: Author, named: set[int]) -> dict[str, str]:
    return {
        "name": rules.author_name(author, named),
        "school": author.school if author.person_id in named else "",
    }


def find(request: HttpRequest, slug: str) -> Contest:
    """A contest that the public sees; drafts are there for those who manage them."""
    found = loading.contest_at(slug).first()
    if found is None:
        raise Http404("no such contest")
    if found.state != Contest.State.PUBLISHED and not (
        request.user.is_authenticated and rules.manages(request.user, found)
    ):
        raise Http404("a draft")
    return found
