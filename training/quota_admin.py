"""The page of a session's places for units: who has how many, and changing them."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext

from members import permissions
from members.models import Unit
from members.scoped_admin import CalmAutocomplete
from training import actions, pools
from training.admin_forms import QuotaForm
from training.models import TrainingSession, UnitQuota

NAME = "training_trainingsession_quotas"


class QuotaPages:
    """For the admin of sessions, whose `_session`, `_page` and `_run` it uses."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.quotas_view)
        return [path("<int:pk>/quotas/", view, name=NAME), *super().get_urls()]

    def quotas_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep places, release what is unused, keep none; drops nobody."""
        session = self._session(request, pk)
        form = self._quota_form(request, session)
        if request.method == "POST" and self._change_quotas(request, session, form):
            return redirect(f"admin:{NAME}", pk)
        quotas = list(session.quotas.select_related("unit"))
        for quota in quotas:
            quota.session = session
            quota.released = quota.is_released(request.now)
        free = pools.Pools(session, quotas, now=request.now)
        return self._page(
            request,
            session,
            "training/admin/quotas.html",
            form=form,
            quotas=sorted(quotas, key=lambda one: one.unit.folded_name),
            free=free,
            unused=sum(free.free.values()),
            # Kept after others had taken them: these come as places are given back.
            missing=max(0, sum(free.free.values()) - free.left),
        )

    def _quota_form(self, request: HttpRequest, session: TrainingSession) -> QuotaForm:
        units = permissions.scoped(
            Unit.objects.all(), request.user, self.change_action, ""
        )
        field = TrainingSession._meta.get_field("audience_unit")
        widget = CalmAutocomplete(field, self.admin_site)
        typed = request.POST if "keep" in request.POST else None
        return QuotaForm(typed, units=units, widget=widget)

    def _change_quotas(
        self, request: HttpRequest, session: TrainingSession, form: QuotaForm
    ) -> bool:
        if form.is_bound:
            return form.is_valid() and self._keep(request, session, form.cleaned_data)
        for verb, act, done in (
            ("release", actions.release_now, gettext("The unused places are open.")),
            ("remove", actions.remove_quota, gettext("No places are kept there now.")),
        ):
            if verb in request.POST:
                unit = self._quota(session, request.POST[verb]).unit
                act = partial(act, session_id=session.pk, unit=unit)
                return self._run(request, act, done)
        act = partial(actions.release_now, session_id=session.pk)
        return "release_all" in request.POST and self._run(
            request, act, gettext("The unused places are open.")
        )

    def _keep(self, request: HttpRequest, session: TrainingSession, data: dict) -> bool:
        about = {
            "session_id": session.pk,
            "places": data["places"],
            "at_most": data["at_most"],
            "release_at": data["release_at"],
        }
        if data["whom"] == QuotaForm.EACH_BELOW:
            act = partial(actions.give_each_unit, below=data["unit"], **about)
        else:
            act = partial(actions.set_quota, unit=data["unit"], **about)
        return self._run(request, act, gettext("The places are kept."))

    def _quota(self, session: TrainingSession, key: str) -> UnitQuota:
        number = int(key) if key.isascii() and key.isdigit() and len(key) < 18 else 0
        return get_object_or_404(session.quotas.select_related("unit"), pk=number)
