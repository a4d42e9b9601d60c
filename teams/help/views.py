"""Asking for a helper, seeing what became of it, and the team's list on a phone."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members import cards
from members.challenge import CSP
from members.limits import Verdict
from members.models import Unit
from members.typed import signed_in
from members.units.addresses import follows_unit
from teams.help import actions, limits
from teams.help.access import team_of_link, teams_of
from teams.help.forms import CodeForm, HelpForm
from teams.help.rules import Refused
from teams.models import DigitalTeam, HelpRequest
from vietnam.dates import local_day

State = HelpRequest.State
MOST_TYPED = 100
DONE_SHOWN = 10
OUTCOMES = (State.CALLED, State.HELPED, State.MISSED)
TO_COMMUNE = "to_commune"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@follows_unit("xa")
def ask(request: HttpRequest) -> HttpResponse:
    """Anybody may, without an account; `?xa=` knows the commune already."""
    typed = request.POST if request.method == "POST" else None
    here = _commune(request)
    form = HelpForm(typed, now=request.now, here=here)
    if form.press and (sent := _pressed(form.press)):
        return redirect("teams:help_request", sent.code)
    if form.is_valid() and _goes(request, form):
        sent = actions.send(**form.told(), press=form.press, now=request.now)
        return redirect("teams:help_request", sent.code)
    context = {"form": form, "here": here, "offered": form.fields["topic"].queryset}
    response = render(request, "teams/help_form.html", context)
    if form.asks:
        response._csp_update = CSP
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """One field for the code; a right one leads to the page of the request."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if limits.too_many_codes(request):
            return _too_many(request)
        if found := _by_code(form.cleaned_data["code"]):
            return redirect("teams:help_request", found.code)
        limits.count_wrong_code(request)
        form.add_error("code", _unknown())
    return render(request, "teams/help_find.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, code: str) -> HttpResponse:
    """What became of it; never who asked. POST takes the request back."""
    if limits.too_many_codes(request):
        return _too_many(request)
    found = _by_code(code)
    if found is None:
        limits.count_wrong_code(request)
        form = CodeForm()
        context = {"form": form, "problem": _unknown()}
        return render(request, "teams/help_find.html", context, status=404)
    problem = ""
    if request.method == "POST":
        try:
            actions.withdraw(request=found, now=request.now)
        except Refused as refused:
            problem = str(refused.reason.label)
        else:
            return redirect("teams:help_request", found.code)
    shown = found.team if found.team and not found.with_commune else None
    released = shown and shown.is_public and shown.is_active(local_day(request.now))
    context = {
        "asked": found,
        "lead": _lead(found),
        "team": shown if released else None,
        "problem": problem,
    }
    page = "teams/help_request.html"
    return render(request, page, context, status=409 if problem else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def team_list(request: HttpRequest) -> HttpResponse:
    """What waits for the teams that somebody leads with an account."""
    teams = list(teams_of(request.user, on=local_day(request.now)))
    if not teams:
        raise Http404("leads no team")
    return _list(request, teams)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def team_page(request: HttpRequest, team: int) -> HttpResponse:
    """The same for a leader who has proved the personal link in this browser."""
    on = local_day(request.now)
    if found := team_of_link(request, team, on=on):
        return _list(request, [found])
    if found := teams_of(request.user, on=on).filter(pk=team).first():
        return _list(request, [found])
    return render(request, "teams/report/closed.html", status=404)


# --- Below the pages ------------------------------------------------------------


def _list(request: HttpRequest, teams: list[DigitalTeam]) -> HttpResponse:
    """Whom to call, and what came of it."""
    problem = ""
    if request.method == "POST":
        try:
            _note(request, teams)
        except Refused as refused:
            problem = str(refused.reason.label)
        else:
            return redirect(request.path)
    rows = HelpRequest.objects.filter(team__in=teams).with_team()
    rows = rows.select_related("topic", "commune", "team")
    context = {
        "teams": teams,
        "waiting": rows.open().to_call_first(),
        "done": rows.exclude(state__in=HelpRequest.OPEN)[:DONE_SHOWN],
        "outcomes": [(outcome.value, _words(outcome)) for outcome in OUTCOMES],
        "to_commune": TO_COMMUNE,
        "problem": problem,
    }
    page = "teams/help_list.html"
    return render(request, page, context, status=409 if problem else 200)


def _commune(request: HttpRequest) -> Unit | None:
    """The commune that `?xa=` names; a page that names none has the whole list."""
    slug = request.GET.get("xa", "")[:MOST_TYPED]
    return Unit.objects.filter(slug=slug).first() if slug else None


def _pressed(press: str) -> HelpRequest | None:
    return HelpRequest.objects.filter(press=press).first()


def _goes(request: HttpRequest, form: HelpForm) -> bool:
    phone = form.cleaned_data["phone"]
    verdict = limits.ask(request, phone, solved=form.is_solved)
    if verdict is Verdict.GO:
        return True
    form.add_error(None, form.refusal(verdict, request.now + limits.LONGEST))
    return False


def _by_code(text: str) -> HelpRequest | None:
    code = cards.read(text)
    rows = HelpRequest.objects.select_related("topic", "commune", "team__unit")
    return rows.filter(code=code).first() if code else None


def _unknown() -> str:
    """The same for a code that never was, has a slip in it or is over."""
    return _(
        "There is no request with this code. Look at it once more; requests are "
        "deleted after 90 days."
    )


def _too_many(request: HttpRequest) -> HttpResponse:
    problem = _("Too many wrong codes came from here. Try again in an hour.")
    context = {"form": CodeForm(), "problem": problem}
    return render(request, "teams/help_find.html", context, status=429)


def _lead(asked: HelpRequest) -> str:
    match State(asked.state):
        case State.WAITING if asked.with_commune:
            return _("The commune's Youth Union has your request and will call you.")
        case State.WAITING:
            return _(
                "The team of your area has your request. If it says nothing for two "
                "days, the commune's Youth Union takes over."
            )
        case State.MISSED:
            return _("We called you and did not reach you. We try again.")
        case State.CALLED:
            return _("We talked with you on the phone. Help is arranged.")
        case State.HELPED:
            return _("Done. We are glad that we could help.")
        case State.CLOSED:
            return _(
                "The request was closed without help. Ask at the commune's Youth Union "
                "or send a new one."
            )
        case State.WITHDRAWN:
            return _("You took the request back. Your name and number are deleted.")


def _words(outcome: State) -> str:
    """What the button of an outcome says."""
    return {
        State.CALLED: _("Called: help is arranged"),
        State.HELPED: _("Helped"),
        State.MISSED: _("Not reached"),
    }[outcome]


def _note(request: HttpRequest, teams: list[DigitalTeam]) -> None:
    """What was pressed beside one request; a request of others is not there."""
    key, seen = (_number(request.POST.get(name, "")) for name in ("request", "seen"))
    rows = HelpRequest.objects.filter(team__in=teams)
    found = get_object_or_404(rows.select_related("team"), pk=key)
    outcome = request.POST.get("outcome", "")
    if outcome == TO_COMMUNE:
        actions.pass_on(request=found, by_team=found.team, now=request.now)
        return
    if outcome not in OUTCOMES:
        raise Http404("no such outcome")
    actions.note(
        request=found,
        outcome=State(outcome),
        seen=seen,
        by_team=found.team,
        now=request.now,
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404("no number")
    return int(text)
