"""The step with the texts, which also saves itself while somebody types."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from contests import actions, rules
from contests.actions import Conflict
from contests.entering import frame
from contests.forms import AboutForm
from contests.locks import Busy, Refused
from contests.models import Entry
from members.typed import signed_in, typed

State = Entry.State


@signed_in
def about(request: HttpRequest, code: str) -> HttpResponse:
    found = frame.find(request, code, own=True)
    form = AboutForm(typed(request), entry=found)
    if request.method != "POST":
        return _about_page(request, found, form)
    if not form.is_valid():
        return _about_page(request, found, form)
    try:
        saved = _save(request, found, form)
    except Refused as refused:
        sentence = refused.refusal.sentence(found.contest)
        return _about_page(request, found, form, problem=sentence, status=409)
    except Conflict as conflict:
        return _about_conflict(request, found, form, conflict.entry)
    except Busy:
        return frame.busy(_about_page(request, found, form, problem=frame.busy_text()))
    frame.tell_if_fell_back(request, found, saved)
    for text in warnings(saved):
        messages.warning(request, text)
    return frame.onwards(request, found, "authors")


def _save(request: HttpRequest, found: Entry, form: AboutForm) -> Entry:
    return actions.save(
        entry_id=found.pk, by=request.user, now=request.now, **form.told()
    )


def warnings(entry: Entry) -> list[str]:
    """What is said at once, not only in the list of what is missing."""
    authors = list(entry.authors.select_related("person"))
    return [one.text for one in rules.wrong_ages(entry, authors)]


@never_cache
@require_POST
def autosave(request: HttpRequest, code: str) -> JsonResponse:
    """What js/draft.js sends every few seconds; a draft only, never what is handed in.

    Answers with the version that is stored now, or with a sentence and a status: 401
    signed out, 404 not theirs, 409 stored elsewhere meanwhile or too late (`reload`
    says which), 422 cannot be kept as it is, 503 busy.
    """
    if not request.user.is_authenticated:
        return _said(_("You are signed out. Your text is kept on this device."), 401)
    found = frame.find(request, code, own=True)
    if found.state != State.DRAFT:
        text = _("This entry is no draft any more. Press the button to change it.")
        return _said(text, 409)
    form = AboutForm(request.POST, entry=found)
    if not form.is_valid():
        return _said(" ".join(_problems(form)), 422)
    try:
        saved = _save(request, found, form)
    except Refused as refused:
        return _said(refused.refusal.sentence(found.contest), 409)
    except Conflict:
        text = _("Saved in another window meanwhile. Press “Save” to see both texts.")
        return _said(text, 409)
    except Busy:
        return _said(frame.busy_text(), 503)
    return JsonResponse({"version": saved.version, "warnings": warnings(saved)})


def _said(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=status)


def _problems(form: AboutForm) -> Iterable[str]:
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        yield f"{label}: {' '.join(errors)}"


def _about_page(
    request: HttpRequest,
    found: Entry,
    form: AboutForm,
    *,
    problem: str = "",
    stored: Entry | None = None,
    status: int = 200,
) -> HttpResponse:
    context = frame.context(request, found, "about") | {
        "form": form,
        "problem": problem,
        "stored": stored,
        "stored_answers": stored.answers.select_related("question") if stored else [],
        "warnings": warnings(found) if found.state == State.DRAFT else [],
        "saves_itself": found.state == State.DRAFT,
    }
    return render(request, "contests/about.html", context, status=status)


def _about_conflict(
    request: HttpRequest, found: Entry, form: AboutForm, stored: Entry
) -> HttpResponse:
    """Both texts on one page; saving again keeps what stands in the form."""
    form.data = form.data.copy()
    form.data["version"] = stored.version
    problem = _(
        "This entry was saved in another window meanwhile. Below is your text as you "
        "typed it, and beside it what was saved. Mend yours and save once more."
    )
    return _about_page(request, found, form, problem=problem, stored=stored, status=409)
