"""Forms of the second step."""

from __future__ import annotations

from allauth.account.forms import BaseConfirmCodeForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal.auth import parse_registration_response
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members import limits
from members.account_forms import CodeField, TriedCodeForm


class AddPasskeyForm(AddWebAuthnForm):
    """Every key is a passkey: it signs in alone, so it must know its owner."""

    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        required=False,
        help_text=_("So that you know it again, for example “My phone”."),
    )
    passwordless = None

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
