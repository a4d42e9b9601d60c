"""The step with the texts, which also saves itself while somebody types."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from contests import actions, loading, rules
from contests.actions import Conflict
from contests.entering import by_itself, frame
from contests.forms import AboutForm
from contests.locks import Busy, Refused
from contests.models import Author, Entry
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
    for text in warnings(saved, loading.authors_of(saved)):
        messages.warning(request, text)
    return frame.onwards(request, found, "authors")


def _save(request: HttpRequest, found: Entry, form: AboutForm) -> Entry:
    return actions.save(
        entry_id=found.pk, by=request.user, now=request.now, **form.told()
    )


def warnings(entry: Entry, authors: Sequence[Author]) -> list[str]:
    """What is said at once, not only in the list of what is missing."""
    return [one.text for one in rules.wrong_ages(entry, authors)]


@never_cache
@require_POST
def autosave(request: HttpRequest, code: str) -> JsonResponse:
    """The texts as they are typed; see `by_itself.save`."""

    def keep(found: Entry) -> dict:
        form = AboutForm(request.POST, entry=found)
        if not form.is_valid():
            raise by_itself.Unkept(by_itself.problems(form))
        saved = _save(request, found, form)
        return {
            "version": saved.version,
            "warnings": warnings(saved, loading.authors_of(saved)),
        }

    return by_itself.save(request, code, keep)


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
        "warnings": warnings(found, found.authors.all())
        if found.state == State.DRAFT
        else [],
    }
    context["saves_itself"] = found.state == State.DRAFT and not context["locked"]
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
