"""The gallery, a work, the ballot and the link of a letter.

Gallery and works are public pages without a token; the ballot has its own page.
"""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from content import pagecache
from content.pagination import page_number
from contests import pictures
from contests.entering import frame
from contests.locks import Busy, Refused
from contests.models import Contest, Entry
from contests.views import find
from contests.voting import actions, counting, gallery, limits, rules, voters
from contests.voting.forms import BallotForm, MailBallotForm
from contests.voting.rules import VoteRefusal
from members.challenge import CSP

PER_PAGE = 24


@pagecache.public("contests", query=["page"])
@require_safe
def works(request: HttpRequest, slug: str) -> HttpResponse:
    contest = _with_gallery(request, slug)
    ids = gallery.shown_ids(contest, now=request.now)
    ordered = gallery.order(contest, ids, now=request.now)
    pages = Paginator(ordered, PER_PAGE)
    if (number := page_number(request)) > pages.num_pages:
        raise Http404("no such page")
    page = pages.page(number)
    votes = counting.public_votes(contest, now=request.now)
    context = _vote_context(request, contest) | {
        "page": page,
        "works": gallery.works(list(page), contest, now=request.now, votes=votes),
        "votes_public": votes is not None,
    }
    return render(request, "contests/works.html", context)


@pagecache.public("contests")
@require_safe
def work(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    contest = _with_gallery(request, slug)
    if not gallery.shown_ids(contest, now=request.now, among=[pk]):
        raise Http404("not shown")
    votes = counting.public_votes(contest, now=request.now)
    found = gallery.works([pk], contest, now=request.now, votes=votes)
    context = _vote_context(request, contest) | {
        "work": found[0],
        "names_told": rules.names_told(contest, now=request.now),
    }
    return render(request, "contests/work.html", context)


@require_safe
def picture(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The consents are asked each time; a browser may keep it but asks before use."""
    contest = find(request, slug)
    if not _may_see(request, contest, pk):
        raise Http404("not shown")
    rows = Entry.objects.filter(pk=pk).prefetch_related("authors__person", "files")
    entry = rows.get()
    entry.contest = contest
    if not pictures.pictures_of([entry], now=request.now):
        raise Http404("no picture, or nobody may see it")
    file = pictures.file_of(entry)
    etag = f'"{file.sha256[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        try:
            drawn = pictures.rendition(file)
        except FileNotFoundError as error:
            raise Http404 from error
        response = HttpResponse(bytes(drawn.jpeg), content_type="image/jpeg")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the ballot, with the work of `?bai=` chosen; POST casts it."""
    contest = find(request, slug)
    if not contest.has_vote or contest.state != Contest.State.PUBLISHED:
        raise Http404("no vote")
    signed_in = request.user.is_authenticated
    if refusal := _why_not(request, contest):
        status = 409 if request.method == "POST" else 200
        return _ballot_page(request, contest, None, refusal, status=status)
    form = _form(request, contest)
    if request.method != "POST" or not form.is_valid():
        return _ballot_page(request, contest, form)
    picks = form.cleaned_data["picks"]
    network = voters.network_of(contest, request)
    common = {"contest_id": contest.pk, "picks": picks, "now": request.now}
    try:
        if signed_in:
            voter = voters.signed_in(contest, request.user, network=network)
            actions.cast(voter=voter, **common)
        else:
            address = form.cleaned_data["email"]
            actions.ask_by_letter(address=address, network=network, **common)
    except Refused as refused:
        refusal = refused.refusal
        return _ballot_page(request, contest, form, refusal, status=409)
    except Busy:
        form.add_error(None, frame.busy_text())
        return frame.busy(_ballot_page(request, contest, form))
    if not signed_in:
        return redirect("contests:vote_sent", slug)
    text = _("Your vote is counted in.") if picks else _("Your vote is withdrawn.")
    messages.success(request, text)
    return redirect("contests:vote", slug)


@pagecache.public("contests")
@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for every address, known or not."""
    contest = _with_gallery(request, slug)
    context = {"contest": contest, "step": "sent"}
    return render(request, "contests/vote_done.html", context)


@pagecache.public("contests")
@require_safe
def confirmed(request: HttpRequest, slug: str) -> HttpResponse:
    contest = _with_gallery(request, slug)
    context = {"contest": contest, "step": "confirmed"}
    return render(request, "contests/vote_done.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Opening the link changes nothing: virus scanners open links too."""
    contest = find(request, slug)
    rows = actions.letters(token).filter(contest=contest).select_related("contest")
    letter = rows.first()
    if letter is None:
        raise Http404("no such letter")
    refusal = actions.why_not_confirm(letter, now=request.now)
    status = 410 if refusal else 200
    if request.method == "POST" and not limits.link(request):
        return render(request, "429.html", status=429)
    if request.method == "POST" and not refusal:
        try:
            actions.confirm(token=token, now=request.now)
            return redirect("contests:vote_confirmed", slug)
        except Refused as refused:
            refusal, status = refused.refusal, 409
        except Busy:
            return frame.busy(_confirm_page(request, letter, None, busy=True))
    return _confirm_page(request, letter, refusal, status=status)


def _confirm_page(request, letter, refusal, *, busy=False, status=200) -> HttpResponse:
    contest = letter.contest
    shown = gallery.shown_ids(contest, now=request.now, among=letter.picks)
    context = {
        "contest": contest,
        "works": gallery.works(
            [pk for pk in letter.picks if pk in shown], contest, now=request.now
        ),
        "withdraws": not letter.picks,
        "hidden": len(letter.picks) - len(shown),
        "problem": frame.busy_text()
        if busy
        else (refusal.sentence(contest) if refusal else ""),
        "closed": bool(refusal),
    }
    return render(request, "contests/vote_confirm.html", context, status=status)


def _with_gallery(request: HttpRequest, slug: str) -> Contest:
    contest = find(request, slug)
    if not rules.may_see_gallery(contest, request.user, now=request.now):
        raise Http404("no gallery yet")
    return contest


def _may_see(request: HttpRequest, contest: Contest, pk: int) -> bool:
    """In the gallery, or with a prize on the page of the results."""
    if not rules.may_see_gallery(contest, request.user, now=request.now):
        return False
    return bool(gallery.shown_ids(contest, now=request.now, among=[pk]))


def _vote_context(request: HttpRequest, contest: Contest) -> dict:
    refusal = rules.why_not_now(contest, now=request.now)
    return {
        "contest": contest,
        "public": rules.gallery_public(contest, now=request.now),
        "vote_open": contest.has_vote and refusal is None,
        "vote_over": refusal is VoteRefusal.OVER,
    }


def _why_not(request: HttpRequest, contest: Contest) -> VoteRefusal | None:
    """Before anything is chosen."""
    if request.user.is_authenticated:
        voter = voters.signed_in(contest, request.user)
        return rules.why_not_vote(contest, voter, now=request.now)
    if refusal := rules.why_not_now(contest, now=request.now):
        return refusal
    return None if contest.vote_by_mail else VoteRefusal.NO_MAIL


def _form(request: HttpRequest, contest: Contest) -> forms.Form:
    ids = gallery.shown_ids(contest, now=request.now)
    before: list[int] = []
    if request.user.is_authenticated:
        voter = voters.signed_in(contest, request.user)
        before = [pk for pk in actions.standing(contest, voter) if pk in ids]
    asked = request.GET.get("bai", "")
    # As text: whoever writes five thousand digits there gets no number from us.
    new = next((pk for pk in ids if str(pk) == asked), None)
    chosen = _chosen(contest, before, new)
    titles = dict(Entry.objects.filter(pk__in=ids).values_list("pk", "title"))
    ordered = gallery.order(contest, ids - set(chosen), now=request.now)
    common = {
        "contest": contest,
        "works": [(pk, titles[pk]) for pk in [*chosen, *ordered] if pk in titles],
        "withdraws": "withdraw" in request.POST,
        "initial": {"picks": chosen if contest.vote_picks > 1 else (chosen or [""])[0]},
    }
    typed = request.POST.copy() if request.method == "POST" else None
    if common["withdraws"]:
        # What was ticked says nothing then, and may be gone meanwhile.
        typed.pop("picks", None)
    if request.user.is_authenticated:
        return BallotForm(typed, account_id=request.user.pk, **common)
    return MailBallotForm(typed, now=request.now, **common)


def _chosen(contest: Contest, before: list[int], new: int | None) -> list[int]:
    """What is ticked at first: the work just asked for, then what stands already."""
    if new is None:
        return before
    others = [pk for pk in before if pk != new]
    return [new, *others][: contest.vote_picks]


def _ballot_page(
    request: HttpRequest,
    contest: Contest,
    form: forms.Form | None,
    refusal: VoteRefusal | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    standing: list[int] = []
    if request.user.is_authenticated:
        voter = voters.signed_in(contest, request.user)
        standing = actions.standing(contest, voter)
    login = reverse("account_login")
    context = {
        "contest": contest,
        "form": form,
        "refusal": refusal,
        "problem": refusal.sentence(contest) if refusal else "",
        "must_sign_in": refusal is VoteRefusal.NO_MAIL,
        "must_prove": refusal is VoteRefusal.UNPROVED,
        "standing": Entry.objects.filter(pk__in=standing).order_by("title"),
        "login_url": f"{login}?next={request.path}",
    }
    response = render(request, "contests/vote.html", context, status=status)
    if form is not None and getattr(form, "asks", False):
        response._csp_update = CSP
    return response
