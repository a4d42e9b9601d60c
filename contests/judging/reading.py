"""Reading an entry's files: pages as pictures, films in pieces, the rest as downloads.

Each address asks anew whether this judge may read this entry; for all others, visitors
too, nothing is there.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content.files import Kind, inline
from content.files import download as hand_out
from contests import blind_files
from contests.blind_files import BlindFile
from contests.judging import rules
from contests.models import JudgeAssignment


@require_safe
@never_cache
def read(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One file within a page of ours, with the others beside it."""
    assignment = _find(request, pk)
    files = [file for file in blind_files.of(assignment) if file.is_shown]
    file = next((file for file in files if file.number == number), None)
    if file is None:
        raise Http404("nothing to show")
    context = {
        "pk": pk,
        "code": assignment.blind_code,
        "file": file,
        "others": [other for other in files if other != file],
    }
    return render(request, "contests/judging/read.html", context)


@require_safe
@never_cache
def page(request: HttpRequest, pk: int, number: int, page: int) -> HttpResponseBase:
    """The picture of one page."""
    file = _file(request, pk, number)
    found = next((one for one in file.pages if one.number == page), None)
    if found is None:
        raise Http404("no such page")
    return inline.part(
        file.stored,
        start=found.start,
        length=found.length,
        name=f"{page}{Kind.JPEG.suffix}",
        media_type=Kind.JPEG.media_type,
    )


@require_safe
@never_cache
def film(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    file = _file(request, pk, number)
    if not file.is_film:
        raise Http404("no film")
    return inline.play(
        request,
        file.stored,
        name=file.name,
        media_type=file.media_type,
        size=file.bytes,
    )


@require_safe
@never_cache
def download(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """The copy under a neutral name, as an attachment."""
    file = _file(request, pk, number)
    return hand_out(
        file.stored, name=file.name, media_type=file.media_type, by=request.user.pk
    )


def _file(request: HttpRequest, pk: int, number: int) -> BlindFile:
    file = blind_files.one(_find(request, pk), number)
    if file is None or file.stored is None:
        raise Http404("no such file")
    return file


def _find(request: HttpRequest, pk: int) -> JudgeAssignment:
    if not request.user.is_authenticated:
        raise Http404("not for visitors")
    rows = JudgeAssignment.objects.of(request.user).select_related(
        "round__contest", "judge__person", "entry__owner__person"
    )
    row = rows.prefetch_related("entry__authors__person").filter(pk=pk).first()
    if row is None or not rules.may_read_blind(row, request.user, now=request.now):
        raise Http404("not for this judge")
    return row
