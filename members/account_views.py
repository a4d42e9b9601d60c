"""Allauth's pages where a challenge may appear and a code may be used up."""

from __future__ import annotations

from allauth.account import views
from allauth.socialaccount import views as social_views
from django.http import HttpRequest, HttpResponse

from members.account_forms import (
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    ResendForm,
)
from members.challenge import ChallengePage
from members.elsewhere import LeadsThere


class LoginView(LeadsThere, ChallengePage, views.LoginView):
    pass


class LogoutView(views.LogoutView):
    def post(self, *args, **kwargs) -> HttpResponse:
        """The browser forgets what it may have stored, and pages behind "back".

        Not its storage: marks of a desk and words not sent yet are in there. Copies for
        offline reading go by the worker that made them (docs/offline.md).
        """
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


class ElsewhereSignupView(ChallengePage, social_views.SignupView):
    pass


class ConnectionsView(LeadsThere, social_views.ConnectionsView):
    pass


class RequestLoginCodeView(ChallengePage, views.RequestLoginCodeView):
    pass


class SignupView(ChallengePage, views.SignupView):
    pass


class PasswordResetView(ChallengePage, views.PasswordResetView):
    pass


class _CodePage(ChallengePage):
    """Types a code in, or asks for a new one; both keep the page and what is on it."""

    verify_form_class: type

    def get_form_class(self) -> type:
        return ResendForm if self._action == "resend" else super().get_form_class()

    def get_form_kwargs(self) -> dict:
        kwargs, state = super().get_form_kwargs(), self._process.state
        if self._action == "resend":
            return kwargs | {"address": state["email"]}
        session = self.request.session.session_key
        # A new code has tries of its own; the same code has five, however often its
        # page is opened. Addresses without an account count in the same way.
        code_id = f"{session} {state['at']} {self._process.code}"
        return kwargs | {"code_id": code_id}

    def form_invalid(self, form) -> HttpResponse:
        if self._action == "resend":
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        if self._action == "resend":
            context["resend_form"] = context["form"]
            context["verify_form"] = self.verify_form_class()
        return context


class ConfirmLoginCodeView(_CodePage, views.ConfirmLoginCodeView):
    verify_form_class = ConfirmLoginCodeForm


class ConfirmEmailVerificationCodeView(
    _CodePage, views.ConfirmEmailVerificationCodeView
):
    verify_form_class = ConfirmEmailVerificationCodeForm


def email_verification_sent(request: HttpRequest) -> HttpResponse:
    return ConfirmEmailVerificationCodeView.as_view()(request)
