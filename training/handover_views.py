"""Handing a place on: the page with the link, and the page that the link opens."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache

from members import guardians, matching, permissions
from members.models import Consent, Person
from members.typed import signed_in
from training import links, logbook, rules, substitution
from training.answers import POINT
from training.forms import GuardianAskForm, NameForm
from training.locks import Busy, Refused
from training.models import Registration
from training.views import (
    TYPED,
    agreed_person,
    ask_guardian,
    busy,
    busy_text,
    find,
    person_of,
    sentence_of,
    sign_in_first,
    sign_up_form,
)

HANDED_ON = gettext_noop("Place handed on")


@signed_in
def hand_on(request: HttpRequest, slug: str) -> HttpResponse:
    """The link that whoever has a place passes on themselves."""
    found, person = find(request, slug), person_of(request)
    mine = rules.sign_up_of(found, person) if person else None
    if mine is None:
        raise Http404("no sign-up")
    mine.session = found
    return _link_page(request, mine)


@signed_in
def name_somebody(request: HttpRequest, slug: str, code: UUID) -> HttpResponse:
    """The secretary of the unit, or who runs the session, names the substitute."""
    sign_up = get_object_or_404(_sign_ups().filter(session__slug=slug), code=code)
    if not _may_name(request, sign_up):
        raise Http404("not theirs to name")
    form = NameForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _link_page(request, sign_up, form=form)
    person = _named(request, form)
    if person is None:
        return _link_page(request, sign_up, form=form)
    try:
        substitution.substitute(
            registration_id=sign_up.pk,
            person=person,
            by=request.user,
            now=request.now,
            named=True,
        )
    except Refused as refused:
        form.add_error(None, sentence_of(refused, sign_up.session))
        return _link_page(request, sign_up, form=form, status=409)
    except Busy:
        form.add_error(None, busy_text())
        return busy(_link_page(request, sign_up, form=form))
    logbook.decided(request.user, HANDED_ON, [sign_up])
    text = _("%(name)s has the place now. Both get a letter.")
    messages.success(request, text % {"name": person.full_name})
    return redirect(sign_up.session)


@never_cache
def take_over(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever was sent the link signs up for this very place, as for any other."""
    token = request.POST.get(links.PARAMETER) or request.GET.get(links.PARAMETER, "")
    code = links.handed_on_code_of(token)
    sign_up = get_object_or_404(_sign_ups().filter(session__slug=slug), code=code)
    here = f"{request.path}?{links.PARAMETER}={token}"
    if not request.user.is_authenticated:
        return sign_in_first(request, back=here)
    found, person = sign_up.session, person_of(request)
    if "ask_guardian" in request.POST and person:
        form, status = ask_guardian(request, found, person)
        if form is None:
            return redirect(here)
        return _take_page(request, sign_up, token, form, status=status)
    form = sign_up_form(request, found, person)
    form.initial.setdefault(POINT, sign_up.point_id)
    if request.method != "POST" or not form.is_valid():
        return _take_page(request, sign_up, token, form)
    try:
        substitution.substitute(
            registration_id=sign_up.pk,
            person=agreed_person(request, found, form),
            told=form.told,
            by=request.user,
            now=request.now,
        )
    except Refused as refused:
        problem = sentence_of(refused, found)
        return _take_page(request, sign_up, token, form, problem=problem, status=409)
    except Busy:
        return busy(_take_page(request, sign_up, token, form, problem=busy_text()))
    request.session.pop(TYPED, None)
    return redirect("training:register", slug)


def _sign_ups():
    rows = Registration.objects.select_related("person", "unit", "quota", "point")
    return rows.select_related(
        "session__kind", "session__unit", "session__audience_unit", "session__series"
    )


def _may_name(request: HttpRequest, sign_up: Registration) -> bool:
    if permissions.may(request.user, "training.manage", sign_up.session.unit):
        return True
    unit = sign_up.unit
    return unit is not None and permissions.may(request.user, "training.enrol", unit)


def _named(request: HttpRequest, form: NameForm) -> Person | None:
    """Among those whom the secretary may see; a doubt is asked, never guessed."""
    among = permissions.scoped(
        Person.objects.select_related("unit"), request.user, "people.read"
    )
    if chosen := form.cleaned_data["person"]:
        return among.filter(pk=chosen).first()
    match = matching.match(
        full_name=form.cleaned_data["full_name"],
        birth_year=form.cleaned_data["birth_year"],
        among=among,
    )
    if match.people:
        form.offer(match.people)
        form.add_error("person", _("Is it one of these? Choose, so that we know."))
    else:
        text = _(
            "We know nobody of this name and year in your units. Send them the link "
            "above: they sign up by it themselves."
        )
        form.add_error("full_name", text)
    return None


def _link_page(
    request: HttpRequest,
    sign_up: Registration,
    *,
    form: NameForm | None = None,
    status: int = 200,
) -> HttpResponse:
    session = sign_up.session
    context = {
        "session": session,
        "sign_up": sign_up,
        "refusal": substitution.why_not_hand_on(sign_up, now=request.now),
        "link": links.take_over_url(session.slug, sign_up.code),
        "form": form,
        "line": session.line_length,
    }
    return render(request, "training/hand_on.html", context, status=status)


def _take_page(
    request: HttpRequest,
    sign_up: Registration,
    token: str,
    form: forms.Form,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    found, person = sign_up.session, person_of(request)
    if person:
        refusal = substitution.why_not_take(sign_up, person, now=request.now)
    else:
        refusal = substitution.why_not_hand_on(sign_up, now=request.now)
    asked_on_form = refusal in {rules.Refusal.PROFILE, rules.Refusal.BIRTH_UNKNOWN}
    context = {
        "session": found,
        "token": token,
        "parameter": links.PARAMETER,
        "form": form,
        "problem": problem,
        "refusal": ""
        if asked_on_form or refusal is None
        else sentence_of(Refused(refusal), found),
        "owned": refusal is substitution.HandoverRefusal.OWN,
    }
    if refusal is rules.Refusal.GUARDIAN:
        asks = isinstance(form, GuardianAskForm)
        context["guardian_form"] = form if asks else GuardianAskForm()
        context["asked"] = guardians.latest(
            person, Consent.Purpose.TRAINING, rules.consent_about(found)
        )
    return render(request, "training/take_over.html", context, status=status)
