"""The page of a session's places for units: who has how many, and changing them."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext

from members import permissions
from members.models import Unit
from members.scoped_admin import CalmAutocomplete
from training import actions, pools
from training.admin_forms import QuotaForm
from training.models import TrainingSession

NAME = "training_trainingsession_quotas"
DIGITS = 18
"""More than a key has."""


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
        if "release_all" in request.POST:
            act = partial(actions.release_now, session_id=session.pk)
            return self._run(request, act, gettext("The unused places are open."))
        for verb, act, done in (
            ("release", actions.release_now, gettext("The unused places are open.")),
            ("remove", actions.remove_quota, gettext("No places are kept there now.")),
        ):
            if verb in request.POST:
                return self._each(request, session, act, done)
        return False

    def _each(self, request: HttpRequest, session, act, done: str) -> bool:
        keys = [key for key in request.POST.getlist("chosen") if key.isascii()]
        keys = [key for key in keys if key.isdigit() and len(key) < DIGITS]
        quotas = list(session.quotas.filter(pk__in=keys).select_related("unit"))
        if not quotas:
            text = gettext("Choose the units first.")
            self.message_user(request, text, messages.WARNING)
            return False

        def all_of_them(**who) -> None:
            for quota in quotas:
                act(session_id=session.pk, unit=quota.unit, **who)

        return self._run(request, all_of_them, done)

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
