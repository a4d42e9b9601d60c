"""Forms of the sign-in pages, where allauth's own would send somebody away."""

from __future__ import annotations

import re
import time
import unicodedata
from datetime import timedelta

from allauth.account import forms as allauth
from allauth.core import context
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.models import User

CODE_LIFETIME = timedelta(minutes=15)
CODE_MADE_AT = "members_code_made_at"
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class CodeField(forms.CharField):
    """Six digits, however they were typed or pasted.

    "482 913", "482-913", full-width digits and a copied sentence with the code in it
    all count.
    """

    widget = forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
    )

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"label": _("Code"), **kwargs})

    def to_python(self, value):
        text = unicodedata.normalize("NFKC", str(value or "")[:200])
        compact = re.sub(r"[\s.\-\u2010-\u2015\u200b\u2060\ufeff]", "", text)
        found = _CODE.search(compact)
        return super().to_python(found[0] if found else compact)


class _FreshCodeForm:
    """A code is old after 15 minutes, counted from its own letter."""

    def clean_code(self) -> str:
        code = super().clean_code()
        made_at = context.request.session.get(CODE_MADE_AT, 0)
        if time.time() - made_at > CODE_LIFETIME.total_seconds():
            raise forms.ValidationError(
                _("This code is older than 15 minutes. Ask for a new one."),
                code="expired",
            )
        return code


class ConfirmLoginCodeForm(_FreshCodeForm, allauth.ConfirmLoginCodeForm):
    code = CodeField()


class ConfirmEmailVerificationCodeForm(
    _FreshCodeForm, allauth.ConfirmEmailVerificationCodeForm
):
    code = CodeField()


class LoginForm(allauth.LoginForm):
    """Asks for the e-mail alone and sends a code; `?password=1` asks for a password."""

    def _setup_password_field(self) -> None:
        query = self.request.GET if self.request else {}
        if "password" not in self.data and "password" not in query:
            del self.fields["password"]


class SignupForm(allauth.SignupForm):
    """Signing up again before the first code was typed simply sends another code.

    So a second click, a lost letter or a second try the next day all end well. An
    account that was ever proved or entered gets allauth's letter to its owner
    instead; the pages look the same in either case.
    """

    waiting: User | None = None

    def validate_unique_email(self, value: str) -> str:
        self.waiting = unproved_account(value)
        return value if self.waiting else super().validate_unique_email(value)

    def try_save(self, request: HttpRequest):
        if self.waiting:
            return self.waiting, None
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            # The same address was signed up between our look and our write.
            self.validate_unique_email(self.cleaned_data["email"])
            return self.try_save(request)


def unproved_account(email: str) -> User | None:
    """An active account that nobody has ever entered or could enter but by a code."""
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None or user.last_login or user.has_usable_password():
        return None
    return None if user.emailaddress_set.filter(verified=True).exists() else user
