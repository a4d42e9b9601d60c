"""Asking the parent of a child author."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from contests import actions, guardianship
from contests.entering import frame
from contests.forms import GuardianAskForm
from contests.locks import Refused
from members import guardians
from members.typed import signed_in, typed


@signed_in
def guardian(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Ask the parent of a child author; says where the answer stands."""
    found = frame.find(request, code, own=True)
    author = next((row for row in found.authors.all() if row.pk == pk), None)
    if author is None:
        raise Http404("no such author")
    standing = guardianship.of_author(found, author, now=request.now)
    form = GuardianAskForm(typed(request))
    problem, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_guardian(
                entry_id=found.pk,
                author_id=author.pk,
                by=request.user,
                now=request.now,
                **form.cleaned_data,
            )
            return redirect(request.path)
        except Refused as refused:
            problem, status = refused.refusal.sentence(found.contest), 409
        except guardians.Refused as refused:
            form.add_error(None, str(refused.reason.label))
            status = 409
    context = frame.context(request, found, "authors") | {
        "author": author,
        "standing": standing,
        "form": form,
        "problem": problem,
    }
    return render(request, "contests/guardian.html", context, status=status)
