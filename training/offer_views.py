"""Answering the offer of a place, by the link in the letter or signed in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from members import permissions
from training import actions, links, rules
from training.actions import Busy, Refused
from training.models import Registration, RegistrationGroup
from training.steps import mine_in_words
from training.views import busy, busy_text

YES, NO = "nhan", "khong"
State = Registration.State


@never_cache
def offer(request: HttpRequest, slug: str) -> HttpResponse:
    """GET says what is offered and until when, POST answers."""
    token = _token(request)
    if not token and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    sign_up = _offered(request, slug, token)
    page = partial(_page, request, [sign_up], token)
    if request.method != "POST":
        return page()
    verb = {YES: actions.accept_offer, NO: actions.decline_offer}
    act = partial(verb[_answer(request)], registration_id=sign_up.pk)
    return _answered(request, act, page, token)


@never_cache
def group_offer(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for a list, by its leader or whoever manages its unit."""
    token = _token(request)
    group = _group(request, slug, token)
    rows = group.registrations.select_related("person", "session").order_by("place")
    members = list(rows.filter(state=State.OFFERED)) or list(rows)
    if not members:
        raise Http404("nobody on the list")
    page = partial(_page, request, members, token, group=group)
    if request.method != "POST":
        return page()
    verb = {YES: actions.accept_group_offer, NO: actions.decline_group_offer}
    act = partial(verb[_answer(request)], group_id=group.pk)
    return _answered(request, act, page, token)


@never_cache
@require_POST
def loosen(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the people of a list that waits together go on one by one."""
    group = _managed(request, slug, request.POST.get("nhom", ""))
    try:
        actions.loosen_group(group_id=group.pk, by=request.user, now=request.now)
    except Busy:
        messages.warning(request, busy_text())
    return redirect("training:group", slug, group.code)


def _answered(
    request: HttpRequest, act: Callable, page: Callable, token: str
) -> HttpResponse:
    try:
        act(by=request.user if request.user.is_authenticated else None, now=request.now)
    except Refused as refused:
        return page(status=409, problem=refused.refusal.label)
    except Busy:
        return busy(page(problem=busy_text()))
    query = "?" + urlencode({links.PARAMETER: token}) if token else ""
    return redirect(request.path + query)


def _token(request: HttpRequest) -> str:
    return request.POST.get(links.PARAMETER) or request.GET.get(links.PARAMETER, "")


def _answer(request: HttpRequest) -> str:
    """Whatever is not a yes is asked again, never taken for one."""
    answer = request.POST.get("answer")
    if answer not in {YES, NO}:
        raise Http404("no answer")
    return answer


def _offered(request: HttpRequest, slug: str, token: str) -> Registration:
    rows = Registration.objects.filter(session__slug=slug)
    rows = rows.select_related("session", "person", "group")
    if token:
        return get_object_or_404(rows, code=links.offered_code_of(token))
    person = request.user.person
    own = rows.of(person).order_by("-pk").first() if person else None
    if own is None:
        raise Http404("no sign-up")
    return own


def _group(request: HttpRequest, slug: str, token: str) -> RegistrationGroup:
    if not token:
        return _managed(request, slug, request.GET.get("nhom", ""))
    rows = RegistrationGroup.objects.filter(session__slug=slug)
    return get_object_or_404(rows, code=links.offered_group_code_of(token))


def _managed(request: HttpRequest, slug: str, number: str) -> RegistrationGroup:
    """A list of a unit that the account signs people up for."""
    rows = RegistrationGroup.objects.filter(session__slug=slug).select_related("unit")
    group = rows.filter(pk=_number(number)).first()
    if (
        group is None
        or not request.user.is_authenticated
        or not permissions.may(request.user, "training.enrol", group.unit)
    ):
        raise Http404("no list")
    return group


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _page(
    request: HttpRequest,
    members: list[Registration],
    token: str,
    *,
    group: RegistrationGroup | None = None,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    first = members[0]
    refusal = rules.why_not_answer(first, now=request.now)
    if not group and not refusal and first.answered_by_leader:
        refusal = rules.OfferRefusal.LEADER
    context = {
        "session": first.session,
        "sign_up": first,
        "members": members if group else [],
        "token": token,
        "parameter": links.PARAMETER,
        "refusal": refusal,
        "answered": refusal is rules.OfferRefusal.NONE,
        "may_decline": refusal is rules.OfferRefusal.LEADER,
        "has_place": first.state == State.CONFIRMED,
        "problem": problem,
        "in_words": mine_in_words(first),
        "yes": YES,
        "no": NO,
    }
    return render(request, "training/offer.html", context, status=status)
