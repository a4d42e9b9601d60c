"""Setting up, showing and confirming second factors, on top of allauth's pages."""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import BaseReauthenticateView
from allauth.core.internal.httpkit import add_query_params
from allauth.mfa.base import views as factor_views
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.totp.internal import flows as totp_flows
from allauth.mfa.webauthn import views as webauthn_views
from allauth.mfa.webauthn.internal import auth as webauthn_auth
from allauth.mfa.webauthn.internal import flows as webauthn_flows
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members import factors
from members.account_forms import ResendForm
from members.challenge import ChallengePage
from members.factor_forms import ConfirmByMailForm

GO_ON = "members_go_on"
"""In the session: where somebody wanted to go when a factor was asked for."""
PENDING = "members_confirm"
"""In the session: the mailed code that confirms the owner, and when it was made."""


@require_safe
@never_cache
@login_required
def required(request: HttpRequest) -> HttpResponse:
    """Why the admin asks for more, and the way to it."""
    target = request.GET.get("next", "")
    if not get_adapter().is_safe_url(target):
        target = reverse("admin:index")
    has_one = factors.has(request.user)
    if has_one and factors.used(request):
        request.session.pop(GO_ON, None)
        return redirect(target)
    if has_one:
        first = get_adapter().get_reauthentication_methods(request.user)[0]
        return redirect(add_query_params(first["url"], {"next": target}))
    request.session[GO_ON] = target
    return render(request, "mfa/required.html")


class _SetUp:
    """A factor just set up has been used: its code or its signature was checked."""

    def _done(self, authenticator: Authenticator, *, new_codes: bool) -> HttpResponse:
        post_authentication(self.request, authenticator, reauthenticated=True)
        # The session can do more from here on, so it gets another name.
        self.request.session.cycle_key()
        if new_codes:
            return redirect("mfa_view_recovery_codes")
        return redirect(self.request.session.pop(GO_ON, None) or "mfa_index")


class ActivateTOTPView(_SetUp, totp_views.ActivateTOTPView):
    def form_valid(self, form) -> HttpResponse:
        made, codes = totp_flows.activate_totp(self.request, form)
        return self._done(made, new_codes=bool(codes))


class AddPasskeyView(_SetUp, webauthn_views.AddWebAuthnView):
    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        options = webauthn_auth.begin_registration(self.request.user, True)
        # The form as it was posted, with its errors; allauth makes a new one.
        form = kwargs.get("form") or context["form"]
        return context | {"js_data": {"creation_options": options}, "form": form}

    def form_valid(self, form) -> HttpResponse:
        made, codes = webauthn_flows.add_authenticator(
            self.request,
            name=form.cleaned_data["name"],
            credential=form.cleaned_data["credential"],
        )
        return self._done(made, new_codes=bool(codes))


class RecoveryCodesView(recovery_views.ViewRecoveryCodesView):
    """The codes to keep, then on to where somebody wanted to go."""

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        target = self.request.session.get(GO_ON)
        way = add_query_params(reverse("mfa_required"), {"next": target})
        return context | {"go_on": way if target else ""}


@method_decorator(login_required, name="dispatch")
class ConfirmByMailView(ChallengePage, BaseReauthenticateView):
    """The owner proves themselves by a code to the account's main address.

    Allauth asks nothing of an account without password and factor; we ask for this.
    """

    form_class = ConfirmByMailForm
    template_name = "members/confirm_by_mail.html"

    def _sends(self) -> bool:
        return self.request.POST.get("action") == "resend" or not self._pending

    @property
    def _pending(self) -> dict:
        return self.request.session.get(PENDING) or {}

    def get_form_class(self) -> type:
        posted = self.request.method == "POST"
        return ResendForm if posted and self._sends() else super().get_form_class()

    def get_form_kwargs(self) -> dict:
        kwargs, pending = super().get_form_kwargs(), self._pending
        if self.get_form_class() is ResendForm:
            return kwargs | {"address": self.request.user.email}
        session, code = self.request.session.session_key, pending.get("code", "")
        return kwargs | {
            "code": code,
            "code_id": f"{session} {pending.get('at')} {code}",
        }

    def form_valid(self, form) -> HttpResponse:
        if isinstance(form, ResendForm):
            code = get_adapter().send_confirmation_code(self.request.user)
            self.request.session[PENDING] = {"code": code, "at": time.time()}
            return redirect(self.request.get_full_path())
        del self.request.session[PENDING]
        record_authentication(
            self.request, self.request.user, method="code", reauthenticated=True
        )
        return super().form_valid(form)

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        resends = isinstance(form, ResendForm)
        return context | {
            "pending": bool(self._pending),
            "address": self.request.user.email,
            "resend_form": form if resends else None,
            "verify_form": ConfirmByMailForm() if resends else form,
        }


class _Renews:
    def form_valid(self, form) -> HttpResponse:
        factors.renewed(self.request)
        return super().form_valid(form)


class ReauthenticateView(_Renews, factor_views.ReauthenticateView):
    pass


class ReauthenticateByPasskeyView(_Renews, webauthn_views.ReauthenticateWebAuthnView):
    def form_invalid(self, form) -> HttpResponse:
        """Allauth leads to the sign-in page, which sends signed-in people away."""
        super().form_invalid(form)
        return redirect(self.request.get_full_path())
