"""Somebody was listed and does not want to be: one link, no account."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from members import consents
from members.models import Consent
from training import actions, links, rules
from training.actions import Busy, Refused
from training.models import Registration


def object_to_listing(*, registration_id: int, now: dt.datetime) -> None:
    """End the sign-up, and let nobody list the person for this session again.

    What a secretary vouched for counts no longer. After the start the sign-up stays
    as it was; the objection is noted all the same. Done twice is done once. Raises
    Busy.
    """
    with transaction.atomic():
        with suppress(Refused):
            actions.cancel(registration_id=registration_id, by=None, now=now)
        row = Registration.objects.select_related("session", "person").get(
            pk=registration_id
        )
        if row.objected_at is None:
            Registration.objects.filter(pk=row.pk).update(objected_at=now)
        confirmed = Consent.objects.filter(
            person=row.person,
            purpose=Consent.Purpose.TRAINING,
            about=rules.consent_about(row.session),
            method=Consent.Method.SCHOOL,
        )
        consents.withdraw_rows(confirmed, now=now)


@never_cache
def objection(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks, POST does; only by the link in the letter."""
    token = request.POST.get(links.PARAMETER) or request.GET.get(links.PARAMETER, "")
    row = get_object_or_404(
        Registration.objects.select_related(
            "session", "person", "group__unit", "group__made_by__person"
        ).filter(session__slug=slug, group__isnull=False),
        code=links.objecting_code_of(token),
    )
    busy = False
    if request.method == "POST":
        try:
            object_to_listing(registration_id=row.pk, now=request.now)
        except Busy:
            busy = True
        else:
            return redirect(links.objection_url(slug, row.code))
    context = {
        "session": row.session,
        "sign_up": row,
        "lister": row.group.signature,
        "token": token,
        "parameter": links.PARAMETER,
        "done": row.objected_at is not None,
        "busy": busy,
    }
    page = "training/enrolment/objection.html"
    return render(request, page, context, status=503 if busy else 200)
