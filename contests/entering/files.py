"""The step with the files, and handing them out."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content.files import FileRefused, size_text
from content.files import download as hand_out
from contests import filing, rules
from contests.entering import frame
from contests.forms import FilesForm
from contests.locks import Busy, Refused
from contests.models import Entry, EntryFile
from members.typed import signed_in


@signed_in
def files(request: HttpRequest, code: str) -> HttpResponse:
    """One form takes several files; each is judged on its own, good ones stay."""
    found = frame.find(request, code, own=True)
    if request.method != "POST":
        return _files_page(request, found)
    problems: list[str] = []
    try:
        _change_files(request, found, problems)
    except Refused as refused:
        problems.append(refused.refusal.sentence(found.contest))
    except Busy:
        return frame.busy(_files_page(request, found, problems=[frame.busy_text()]))
    again = frame.find(request, code, own=True)
    frame.tell_if_fell_back(request, found, again)
    if problems:
        return _files_page(request, again, problems=problems, status=409)
    return redirect(request.path)


def _change_files(request: HttpRequest, found: Entry, problems: list[str]) -> None:
    if "remove" in request.POST:
        filing.remove_file(
            entry_id=found.pk,
            file_id=_number(request.POST["remove"]),
            by=request.user,
            now=request.now,
        )
        return
    uploads = [(None, each) for each in request.FILES.getlist("files")]
    uploads += [
        (_number(name.removeprefix("replace-")), upload)
        for name, upload in request.FILES.items()
        if name.startswith("replace-")
    ]
    if not uploads:
        # A browser that sends a file of no bytes and no name sends none at all.
        problems.append(_("Choose a file first."))
    for replaced, upload in uploads:
        try:
            if replaced is None:
                filing.add_file(
                    entry_id=found.pk, upload=upload, by=request.user, now=request.now
                )
            else:
                filing.replace_file(
                    entry_id=found.pk,
                    file_id=replaced,
                    upload=upload,
                    by=request.user,
                    now=request.now,
                )
        except FileRefused as refused:
            problems.append(f"{upload.name}: {refused.sentence}")


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise BadRequest("not the number of a file") from error


def _files_page(
    request: HttpRequest,
    found: Entry,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = file_lines(found)
    context = frame.context(request, found, "files") | {
        "files": rows,
        "problems": problems or [],
        "form": FilesForm(contest=found.contest),
        "room": found.contest.max_files - len(rows),
    }
    return render(request, "contests/files.html", context, status=status)


def file_lines(found: Entry) -> list[dict]:
    readable = {EntryFile.State.CLEAN, EntryFile.State.UNSCANNED}
    return [
        {
            "row": row,
            "size": size_text(row.size),
            "readable": row.state in readable,
        }
        for row in found.files.all()
    ]


@require_safe
@never_cache
def download(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """The bytes, as an attachment. For all others, visitors too, nothing is there."""
    file = (
        EntryFile.objects.select_related("entry__contest__unit")
        .filter(pk=pk, entry__code=code)
        .first()
    )
    if file is None or not rules.may_download(file, request.user):
        raise Http404("no such file")
    return hand_out(file.file, name=file.name, media_type=file.media_type)
