"""Papers and answered files; each download asks again who is there."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members import access_log
from training import files, papers, rules
from training.models import Answer, Material, TrainingSession


@never_cache
@require_safe
def material(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Not found for whoever may not have it: it says nothing of what there is."""
    rows = Material.objects.select_related("session__unit").exclude(file="")
    row = get_object_or_404(rows, pk=pk, session__slug=slug)
    if papers.may_have_every(request.user, row.session, now=request.now):
        return files.hand_out(row, by=request.user.pk)
    person = request.user.person if request.user.is_authenticated else None
    mine = rules.sign_up_of(row.session, person) if person else None
    draft = row.session.state == TrainingSession.State.DRAFT
    if draft or not papers.is_for(row, mine):
        raise Http404("not for this reader")
    return files.hand_out(row, by=request.user.pk)


@never_cache
@require_safe
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    rows = Answer.objects.select_related("registration__session__unit").exclude(file="")
    row = get_object_or_404(rows, pk=pk, registration__session__slug=slug)
    if not papers.may_have_answer(request.user, row):
        raise Http404("not for this reader")
    sign_up, response = row.registration, files.hand_out(row, by=request.user.pk)
    if request.user.person_id != sign_up.person_id:
        access_log.note_access(
            by=request.user,
            kind="training.answer",
            what=sign_up.session.title,
            about=f"training.answer:{row.pk}",
            unit=sign_up.session.unit,
            people=[sign_up.person_id],
            now=request.now,
        )
    return response
