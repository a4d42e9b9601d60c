"""Forms of the second step."""

from __future__ import annotations

from allauth.account.forms import BaseConfirmCodeForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal.auth import parse_registration_response
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from members import limits
from members.account_forms import CodeField, TriedCodeForm


class _Answer:
    """Allauth knows two ways in which what a browser sends may be malformed; these
    are the others. Only the reading is guarded, so no mistake of ours hides here.
    """

    answer: type

    def clean_credential(self):
        credential = self.cleaned_data["credential"]
        try:
            self.answer.from_dict(credential)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise get_adapter().validation_error("incorrect_code") from error
        clean = getattr(super(), "clean_credential", None)
        return clean() if clean else credential


class AuthenticatePasskeyForm(_Answer, webauthn.AuthenticateWebAuthnForm):
    answer = AuthenticationResponse


class ReauthenticatePasskeyForm(_Answer, webauthn.ReauthenticateWebAuthnForm):
    answer = AuthenticationResponse


class LoginPasskeyForm(_Answer, webauthn.LoginWebAuthnForm):
    answer = AuthenticationResponse


class AddPasskeyForm(_Answer, webauthn.AddWebAuthnForm):
    """Every key is a passkey: it signs in alone, so it must know its owner."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        required=False,
        help_text=_("So that you know it again, for example “My phone”."),
    )
    passwordless = None
    answer = RegistrationResponse

    def clean(self) -> dict:
        cleaned = super().clean()
        credential = cleaned.get("credential")
        if credential and not self.errors:
            made = parse_registration_response(credential).response
            if not made.attestation_object.auth_data.is_user_verified():
                raise get_adapter().validation_error("incorrect_code")
        return cleaned


class _SecondStepForm:
    def clean_code(self) -> str:
        request = context.request
        if not limits.try_second_step(request, self.user.pk):
            raise ValidationError(
                _("Too many wrong codes today. Use a passkey or try again tomorrow."),
                code="refused",
            )
        code = super().clean_code()
        limits.forgive_second_step(request, self.user.pk)
        return code


class AuthenticateForm(_SecondStepForm, base.AuthenticateForm):
    pass


class ReauthenticateForm(_SecondStepForm, base.ReauthenticateForm):
    pass


class ConfirmByMailForm(TriedCodeForm, BaseConfirmCodeForm):
    code = CodeField()
