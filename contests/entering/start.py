"""Beginning an entry: who one is, and one box."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from contests import actions, rules
from contests.entering import frame
from contests.entering.agreeing import agree
from contests.forms import FirstStartForm, StartForm
from contests.locks import Busy, Refused
from contests.models import Contest
from contests.views import find
from members.models import Consent
from members.typed import signed_in
from members.typed import typed as typed_before


@signed_in
def start(request: HttpRequest, slug: str) -> HttpResponse:
    contest = find(request, slug)
    refusal = rules.why_not_enter(contest, request.user, now=request.now)
    form = _start_form(request)
    if request.method != "POST" or refusal or not form.is_valid():
        status = 409 if refusal and request.method == "POST" else 200
        return _start_page(request, contest, form, refusal, status=status)
    try:
        if isinstance(form, FirstStartForm):
            person = form.save(user=request.user, now=request.now)
        else:
            person = request.user.person
        agree(person, Consent.Purpose.CONTEST, contest, request)
        begun = actions.begin(contest_id=contest.pk, user=request.user, now=request.now)
    except Refused as refused:
        return _start_page(request, contest, form, refused.refusal, status=409)
    except Busy:
        form.add_error(None, frame.busy_text())
        return frame.busy(_start_page(request, contest, form, None))
    return redirect("contests:about", begun.code)


def _start_form(request: HttpRequest) -> StartForm | FirstStartForm:
    person, typed = request.user.person, typed_before(request)
    if person and person.full_name.strip() and person.birth_date:
        return StartForm(typed)
    return FirstStartForm(typed, person=person)


def _start_page(
    request: HttpRequest,
    contest: Contest,
    form: forms.Form,
    refusal: rules.EntryRefusal | None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "contest": contest,
        "form": form,
        "problem": refusal.sentence(contest) if refusal else "",
        "divisions": contest.divisions.all(),
    }
    return render(request, "contests/start.html", context, status=status)
