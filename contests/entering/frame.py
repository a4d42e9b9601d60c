"""What the steps of an entry share: whose it is, where one is, what went wrong."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from contests import loading, rules
from contests.models import Entry
from vietnam.dates import local_day

RETRY_AFTER = 3
STEPS = ("about", "authors", "files", "entry")

State = Entry.State


def find(request: HttpRequest, code: str, *, own: bool = False) -> Entry:
    """The entry, for those who may see it; for all others it is not there."""
    found = loading.entry_at(code)
    if found is None or not rules.may_see_entry(found, request.user):
        raise Http404("no such entry")
    if own:
        only_owner(request, found)
    return found


def only_owner(request: HttpRequest, found: Entry) -> None:
    """Organisers read along; only the entrant changes anything."""
    if found.owner_id != request.user.pk:
        raise Http404("somebody else's entry")


def context(request: HttpRequest, found: Entry, step: str) -> dict:
    """What all steps show: where one is, and whether anything can be changed."""
    refusal = rules.why_not_save(found, now=request.now)
    return {
        "entry": found,
        "contest": found.contest,
        "step": STEPS.index(step) + 1,
        "steps": [_("About the work"), _("Authors"), _("Files"), _("Check, hand in")],
        "own": found.owner_id == request.user.pk,
        "locked": refusal.sentence(found.contest) if refusal else "",
        "today": local_day(request.now),
    }


def onwards(request: HttpRequest, found: Entry, step: str) -> HttpResponse:
    """To the next step, or back to the overview for whoever only corrects."""
    if "overview" in request.POST:
        step = "entry"
    return redirect(f"contests:{step}", found.code)


def tell_if_fell_back(request: HttpRequest, before: Entry, after: Entry) -> None:
    if before.state == State.SUBMITTED and after.state == State.DRAFT:
        text = _(
            "Your entry is a draft again, because something is missing now. Hand it "
            "in once more before the deadline."
        )
        messages.warning(request, text)


def busy_text() -> str:
    return _("Somebody else is just changing this. Press the button again.")


def busy(response: HttpResponse) -> HttpResponse:
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER)
    return response
