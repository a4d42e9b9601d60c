"""Saying in time why one did not come (training/no_shows.py)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from training import actions
from training.actions import Busy, Refused
from training.forms import ExcuseForm
from training.models import Registration
from training.views import busy_text, find, registered


@never_cache
@require_POST
@login_required
def excuse(request: HttpRequest, slug: str) -> HttpResponse:
    own = Registration.objects.of(request.user.person).live()
    mine = get_object_or_404(own, session__slug=slug)
    form = ExcuseForm(request.POST)
    if not form.is_valid():
        mine.session = find(request, slug)
        return registered(request, mine.session, mine, excuse_form=form)
    try:
        actions.excuse(
            registration_id=mine.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=request.now,
        )
        messages.success(request, _("Thank you for telling us."))
    except Refused as refused:
        messages.error(request, refused.refusal.label)
    except Busy:
        messages.error(request, busy_text())
    return redirect("training:register", slug)
