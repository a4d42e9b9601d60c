"""The consent of a child author's parent: by a letter, or by a signed form."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content.files import FileRefused
from content.files import download as hand_out
from contests import actions, guardianship, rules, signed_forms
from contests.entering import frame
from contests.forms import GuardianAskForm, SignedFormForm
from contests.locks import Busy, Refused
from contests.models import Author, Entry, SignedForm
from members import access_log, guardians
from members.typed import signed_in, typed


@signed_in
def guardian(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Ask the parent of a child author; says where the answer stands."""
    found = frame.find(request, code, own=True)
    author = _author(found, pk)
    on_paper = "on_paper" in request.POST
    form = GuardianAskForm(None if on_paper else typed(request))
    sent = (request.POST, request.FILES) if on_paper else ()
    paper = SignedFormForm(*sent, auto_id="paper_%s")
    problem, status = "", 200
    try:
        if on_paper and paper.is_valid():
            _send_in(request, found, author, paper)
            return redirect(request.path)
        if request.method == "POST" and not on_paper and form.is_valid():
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
    except FileRefused as refused:
        paper.add_error("form", refused.sentence)
        status = 409
    except Busy:
        problem, status = frame.busy_text(), 503
    context = frame.context(request, found, "authors") | {
        "author": author,
        "standing": guardianship.of_author(found, author, now=request.now),
        "form": form,
        "paper": paper,
        "sent_form": signed_forms.latest(author),
        "problem": problem,
    }
    return render(request, "contests/guardian.html", context, status=status)


def _send_in(
    request: HttpRequest, found: Entry, author: Author, paper: SignedFormForm
) -> None:
    data = dict(paper.cleaned_data)
    signed_forms.send_in(
        entry_id=found.pk,
        author_id=author.pk,
        upload=data.pop("form"),
        by=request.user,
        now=request.now,
        **data,
    )


@signed_in
def paper(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The form to print, sign and photograph."""
    found = frame.find(request, code, own=True)
    context = {
        "entry": found,
        "contest": found.contest,
        "author": _author(found, pk),
        "title": _("Consent of a parent or guardian"),
    }
    return render(request, "contests/paper.html", context)


@require_safe
@never_cache
def signed_form(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture, as an attachment, for who sent it in and the organisers."""
    rows = SignedForm.objects.select_related("contest__unit")
    row = rows.filter(pk=pk).first()
    if row is None or not may_open(row, request.user):
        raise Http404("no such form")
    if not signed_forms.readable(row):
        raise Http404("held or locked")
    response = hand_out(
        row.file, name=row.name, media_type=row.media_type, by=request.user.pk
    )
    if row.uploaded_by_id != request.user.pk:
        access_log.note_access(
            by=request.user,
            kind="contests.signed_form",
            what=row.contest.title,
            about=f"contests.signedform:{row.pk}",
            unit=row.contest.unit,
            people=[row.child_id],
            now=request.now,
        )
    return response


def may_open(row: SignedForm, user) -> bool:
    if not user.is_authenticated or not user.is_active:
        return False
    return row.uploaded_by_id == user.pk or rules.manages(user, row.contest)


def _author(found: Entry, pk: int) -> Author:
    author = next((row for row in found.authors.all() if row.pk == pk), None)
    if author is None:
        raise Http404("no such author")
    return author
