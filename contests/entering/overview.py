"""The last step: what is missing, hand in; afterwards the receipt, and withdrawing."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content.files import download as hand_out
from content.files import size_text
from contests import actions, appeals, emails, guardianship, loading, rules
from contests.entering import frame
from contests.entering.authors import invitations_of
from contests.entering.files import file_lines, note_file
from contests.locks import Busy, Refused
from contests.models import Entry, EntryVersion, VersionFile
from contests.signs import in_words
from members.typed import signed_in

State = Entry.State


@signed_in
def entry(request: HttpRequest, code: str) -> HttpResponse:
    """The last step: what is missing, hand in; afterwards the receipt."""
    found = frame.find(request, code)
    if request.method != "POST":
        return _entry_page(request, found)
    verb = actions.reopen if "reopen" in request.POST else actions.submit
    frame.only_owner(request, found)
    try:
        verb(entry_id=found.pk, by=request.user, now=request.now)
    except Refused as refused:
        sentence = refused.refusal.sentence(found.contest)
        again = frame.find(request, code)
        return _entry_page(request, again, problem=sentence, status=409)
    except Busy:
        return frame.busy(_entry_page(request, found, problem=frame.busy_text()))
    return redirect("contests:entry", code)


def _entry_page(
    request: HttpRequest, found: Entry, *, problem: str = "", status: int = 200
) -> HttpResponse:
    missing = rules.missing(found, now=request.now)
    own = found.owner_id == request.user.pk
    shown = rules.state_shown(found, now=request.now)
    context = frame.context(request, found, "entry") | {
        "problem": problem,
        "missing": missing,
        "state": shown,
        "in_words": in_words(found, request.now),
        "files": file_lines(found),
        "guardianships": guardianship.of_entry(found, now=request.now),
        "may_submit": own
        and found.state == State.DRAFT
        and rules.why_not_submit(found, now=request.now, lacks=missing) is None,
        # Whose file came in by the rule of the fifteen minutes still hands in.
        "late_until": rules.late_until(found.contest)
        if request.now >= found.contest.closes_at
        else None,
        "may_withdraw": own and rules.why_not_withdraw(found, now=request.now) is None,
        "may_reopen": own and rules.why_not_reopen(found, now=request.now) is None,
        "prize": getattr(found, "award", None) if shown == State.AWARDED else None,
        "may_appeal": own and appeals.why_not_appeal(found, now=request.now) is None,
        "appealed": own
        and shown != State.DRAFT
        and bool(loading.appeals_of(found.pk, limit=1)),
        "results_public": rules.results_public(found.contest, now=request.now),
        "answers": found.answers.all(),
        "invitations": invitations_of(found),
        "versions": len(loading.version_numbers(found.pk)),
        "gets_letters": bool(emails.address_of(found)),
    }
    return render(request, "contests/entry.html", context, status=status)


@signed_in
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """GET asks, POST does."""
    found = frame.find(request, code, own=True)
    refusal = rules.why_not_withdraw(found, now=request.now)
    problem, status = "", 200
    if request.method == "POST":
        try:
            actions.withdraw(entry_id=found.pk, by=request.user, now=request.now)
            return redirect("contests:entry", code)
        except Refused as refused:
            problem, status = refused.refusal.sentence(found.contest), 409
        except Busy:
            problem, status = frame.busy_text(), 503
    elif refusal:
        problem = refusal.sentence(found.contest)
    context = {
        "entry": found,
        "contest": found.contest,
        "problem": problem,
        "may_withdraw": refusal is None,
        "can_reopen": request.now < found.contest.closes_at,
    }
    return render(request, "contests/withdraw.html", context, status=status)


@signed_in
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """Each copy of what was handed in, the latest first."""
    found = frame.find(request, code)
    rows = found.versions.prefetch_related("files")
    context = {
        "entry": found,
        "contest": found.contest,
        "versions": [{"row": row, "files": _files_of(row)} for row in rows],
    }
    return render(request, "contests/versions.html", context)


def _files_of(version: EntryVersion) -> list[dict]:
    """What was handed in, with the bytes where they are still kept."""
    kept = {(row.name, row.sha256): row for row in version.files.all()}
    return [
        {
            "name": one["name"],
            "size": size_text(one["size"]),
            "kept": kept.get((one["name"], one["sha256"])),
        }
        for one in version.content["files"]
    ]


@require_safe
@never_cache
def version_file(
    request: HttpRequest, code: str, number: int, pk: int
) -> HttpResponseBase:
    """A file as it was handed in then; for all others nothing is there."""
    rows = VersionFile.objects.select_related("version__entry__contest__unit")
    row = rows.filter(pk=pk, version__number=number, version__entry__code=code).first()
    if row is None or not rules.may_download(row, request.user):
        raise Http404("no such file")
    response = hand_out(
        row.file, name=row.name, media_type=row.media_type, by=request.user.pk
    )
    note_file(request, row.entry, about=f"contests.versionfile:{row.pk}")
    return response
