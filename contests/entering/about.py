"""The step with the texts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from contests import actions
from contests.actions import Conflict
from contests.entering import frame
from contests.forms import AboutForm
from contests.locks import Busy, Refused
from contests.models import Entry
from members.typed import signed_in, typed


@signed_in
def about(request: HttpRequest, code: str) -> HttpResponse:
    found = frame.find(request, code, own=True)
    form = AboutForm(typed(request), entry=found)
    if request.method != "POST":
        return _about_page(request, found, form)
    if not form.is_valid():
        return _about_page(request, found, form)
    data = form.cleaned_data
    try:
        saved = actions.save(
            entry_id=found.pk,
            version=data["version"],
            title=data["title"],
            summary=data["summary"],
            division=data["division"],
            by=request.user,
            now=request.now,
        )
    except Refused as refused:
        sentence = refused.refusal.sentence(found.contest)
        return _about_page(request, found, form, problem=sentence, status=409)
    except Conflict as conflict:
        return _about_conflict(request, found, form, conflict.entry)
    except Busy:
        return frame.busy(_about_page(request, found, form, problem=frame.busy_text()))
    frame.tell_if_fell_back(request, found, saved)
    return frame.onwards(request, found, "authors")


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
