"""The step with the files, and handing them out."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content import clock
from content.files import FileRefused, size_text
from content.files import download as hand_out
from content.uploads import actions as uploads
from content.uploads import views as tus
from content.uploads.protocol import BadHeader, answer
from contests import filing, rules, uploading
from contests.entering import frame
from contests.forms import FilesForm
from contests.locks import Busy, Refused
from contests.models import Entry, EntryFile
from members import access_log
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
    if "drop" in request.POST:
        _drop(found, request.POST["drop"])
        return
    files = [(None, each) for each in request.FILES.getlist("files")]
    files += [
        (_number(name.removeprefix("replace-")), upload)
        for name, upload in request.FILES.items()
        if name.startswith("replace-")
    ]
    if not files:
        # A browser that sends a file of no bytes and no name sends none at all.
        problems.append(_("Choose a file first."))
    # The form has been read by now, which may have taken a while.
    times = {"begun_at": request.now, "now": clock.now()}
    common = {"entry_id": found.pk, "by": request.user} | times
    for replaced, upload in files:
        try:
            if replaced is None:
                filing.add_file(upload=upload, **common)
            else:
                filing.replace_file(file_id=replaced, upload=upload, **common)
        except FileRefused as refused:
            problems.append(f"{upload.name}: {refused.sentence}")


def _drop(found: Entry, key: str) -> None:
    """Forget an unfinished or refused upload of this entry. Gone already: nothing."""
    if uploading.of(found).filter(key=key).exists():
        try:
            uploads.drop(key=key)
        except uploads.Busy as busy:
            raise Busy from busy


@never_cache
def upload(request: HttpRequest, code: str) -> HttpResponse:
    """Begin an upload in pieces; `?thay=` names the file that it replaces."""
    if not request.user.is_authenticated:
        return answer(401)
    found = frame.find(request, code, own=True)
    if request.method not in {"POST", "OPTIONS"}:
        return answer(405, Allow="POST, OPTIONS")
    replaces = _number(request.GET["thay"]) if "thay" in request.GET else None
    if replaces and not any(file.pk == replaces for file in found.files.all()):
        raise Http404("no such file of this entry")
    refusal = uploading.why_not_begin(found, replaces=replaces, now=request.now)
    if refusal and request.method == "POST":
        return answer(409, refusal.sentence(found.contest))
    told = request.headers.get("Upload-Metadata", "")
    if request.method == "POST" and (sentence := _why_not_kind(found, told)):
        return answer(409, sentence)
    return tus.create(
        request,
        purpose=uploading.PURPOSE,
        about=uploading.about(found, replaces),
        max_bytes=found.contest.max_file_bytes,
    )


def _why_not_kind(found: Entry, told: str) -> str:
    """A header that cannot be read is refused by the protocol itself."""
    try:
        return uploading.why_not_kind(found, told)
    except BadHeader:
        return ""


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
    unfinished = uploading.on_page(found, now=request.now)
    late = request.now >= found.contest.closes_at
    context = frame.context(request, found, "files") | {
        "unfinished": unfinished,
        "late_until": rules.late_until(found.contest) if late and unfinished else None,
        "files": rows,
        "problems": problems or [],
        "form": FilesForm(contest=found.contest),
        "room": found.contest.max_files - len(rows),
    }
    return render(request, "contests/files.html", context, status=status)


def file_lines(found: Entry) -> list[dict]:
    return [
        {"row": row, "size": size_text(row.size), "readable": row.is_readable}
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
    response = hand_out(
        file.file, name=file.name, media_type=file.media_type, by=request.user.pk
    )
    note_file(request, file.entry, about=f"contests.entryfile:{file.pk}")
    return response


def note_file(request: HttpRequest, found: Entry, *, about: str) -> None:
    """Somebody who did not enter the work opens a file of it."""
    if found.owner_id == request.user.pk:
        return
    access_log.note_access(
        by=request.user,
        kind="contests.file",
        what=f"{found.contest.title}: {found.code}",
        about=about,
        unit=found.contest.unit,
        people=found.authors.values_list("person", flat=True),
        now=request.now,
    )
