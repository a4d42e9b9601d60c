"""Forms of the sign-in pages, where allauth's own would send somebody away."""

from __future__ import annotations

import re
import time
import unicodedata
from datetime import datetime, timedelta

from allauth.account import forms as allauth
from allauth.core import context
from allauth.socialaccount import forms as elsewhere
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from content import clock
from content.prepared import prepared
from members import limits
from members.challenge import NAME, ChallengeField
from members.models import User
from vietnam.dates import deadline_text

CODE_LIFETIME = timedelta(minutes=15)
CODES_MADE = "members_codes_made"
"""In the session: when each of the last codes was made."""
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


class Guarded:
    """For forms that cause a letter or try a password: limits, then a challenge.

    Asked in `clean`, after the fields, and only when those are right: a typing error
    costs nobody a try.
    """

    asks = False

    def guard_letter(self, address: str) -> None:
        """Raise where a letter to this address must not go out now."""
        request = context.request
        verdict = limits.letter(request, address, solved=self.is_solved)
        if verdict is not limits.Verdict.GO:
            again = limits.letter_again_at(request, address)
            raise self.refusal(verdict, again)

    def refusal(self, verdict: limits.Verdict, again: datetime) -> ValidationError:
        """Why it does not go on; shows the challenge where that would help."""
        if verdict is limits.Verdict.REFUSE:
            return ValidationError(
                _("Too many requests for now. Try again after %(time)s."),
                code="refused",
                params={"time": deadline_text(again, get_language() or "vi")},
            )
        if not self.asks:
            self.asks, self.again = True, again
            self.fields[NAME] = ChallengeField()
        tried = getattr(self, "_challenge_error", None)
        return tried or ValidationError(
            _(
                "There have been many requests. Your device now does a short check; "
                "then press the button again."
            ),
            code="challenge",
        )

    def is_solved(self) -> bool:
        """Whether the request brings a solved challenge; this uses it up."""
        if NAME not in self.data:
            return False
        try:
            ChallengeField().clean(self.data[NAME])
        except ValidationError as error:
            self._challenge_error = error
            return False
        return True

    def hidden_fields(self) -> list:
        """Without the challenge, which has its own place: `form.challenge`."""
        return [field for field in super().hidden_fields() if field.name != NAME]

    def challenge(self):
        return self[NAME] if self.asks else None


class TriedCodeForm:
    """Five tries at a code, which is old after 15 minutes from its own letter."""

    spent = False

    def __init__(self, *args, code_id: str = "", **kwargs) -> None:
        self.code_id = code_id
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        if not limits.try_code(context.request, self.code_id):
            raise self._spent()
        try:
            code = super().clean_code()
        except ValidationError as error:
            if limits.code_is_spent(context.request, self.code_id):
                raise self._spent() from error
            raise
        made = context.request.session.get(CODES_MADE, {})
        if time.time() - made.get(code, 0) > CODE_LIFETIME.total_seconds():
            raise ValidationError(
                _("This code is older than 15 minutes. Ask for a new one."),
                code="expired",
            )
        return code

    def _spent(self) -> ValidationError:
        self.spent = True
        return ValidationError(
            _("A wrong code was typed five times, so it no longer works."),
            code="spent",
        )


class ConfirmLoginCodeForm(TriedCodeForm, allauth.ConfirmLoginCodeForm):
    code = CodeField()


class ConfirmEmailVerificationCodeForm(
    TriedCodeForm, allauth.ConfirmEmailVerificationCodeForm
):
    code = CodeField()


class ResendForm(Guarded, forms.Form):
    """The button for a new code."""

    def __init__(self, *args, address: str, **kwargs) -> None:
        self.address = address
        super().__init__(*args, **kwargs)

    def clean(self) -> dict:
        self.guard_letter(self.address)
        return super().clean()


class LoginForm(Guarded, allauth.LoginForm):
    """Asks for the e-mail alone and sends a code; `?password=1` asks for a password."""

    def _setup_password_field(self) -> None:
        query = self.request.GET if self.request else {}
        if "password" not in self.data and "password" not in query:
            del self.fields["password"]

    def clean(self) -> dict:
        # The adapter, which counts wrong passwords, asks this form for a solution.
        context.request.guarded_form = self
        cleaned = super().clean()
        if not self.errors and "password" not in self.fields:
            self.guard_letter(cleaned["login"])
        return cleaned


class RequestLoginCodeForm(Guarded, allauth.RequestLoginCodeForm):
    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            self.guard_letter(cleaned["email"])
        return cleaned


class ResetPasswordForm(Guarded, allauth.ResetPasswordForm):
    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            self.guard_letter(cleaned["email"])
        return cleaned


class AddEmailForm(Guarded, allauth.AddEmailForm):
    """A code to a new address of one's own, or of somebody who is to be annoyed.

    Counted with all other letters to that mailbox. Nobody adds five addresses a
    minute, so there is no challenge here but a time to come back.
    """

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            address = cleaned["email"]
            verdict = limits.letter(context.request, address, solved=lambda: False)
            if verdict is not limits.Verdict.GO:
                again = limits.letter_again_at(context.request, address)
                raise self.refusal(limits.Verdict.REFUSE, again)
        return cleaned


class SignupForm(Guarded, allauth.SignupForm):
    """Signing up again before the first code was typed simply sends another code.

    So a second click, a lost letter or a second try the next day all end well. An
    account that was ever proved or entered gets allauth's letter to its owner
    instead; the pages look the same in either case.
    """

    waiting: User | None = None

    def validate_unique_email(self, value: str) -> str:
        self.waiting = unproved_account(value)
        return value if self.waiting else super().validate_unique_email(value)

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            self.guard_letter(cleaned["email"])
        return cleaned

    def try_save(self, request: HttpRequest):
        if self.waiting:
            # Asked for again, it waits another day for its code.
            User.objects.filter(pk=self.waiting.pk).update(date_joined=clock.now())
            return self.waiting, None
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            # The same address was signed up between our look and our write.
            self.validate_unique_email(self.cleaned_data["email"])
            return self.try_save(request)


class ElsewhereSignupForm(Guarded, elsewhere.SignupForm):
    """Asks for what another site did not tell: an address for codes and reminders."""

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            self.guard_letter(cleaned["email"])
        return cleaned


class DisconnectForm(elsewhere.DisconnectForm):
    """A mailed code signs in as well, so nobody needs a password to let go."""

    def clean(self) -> dict:
        cleaned = forms.Form.clean(self)
        proved = self.request.user.emailaddress_set.filter(verified=True)
        if cleaned.get("account") and not proved.exists():
            raise ValidationError(
                _("Confirm an email address first, or you could not sign in any more."),
                code="no_verified_email",
            )
        return cleaned


@prepared
def _accounts_at(email: str) -> QuerySet:
    return User.objects.filter(email=email)


def account_at(email: str) -> User | None:
    """The account of that address, closed ones too."""
    return _accounts_at(User._meta.get_field("email").get_prep_value(email)).first()


def unproved_account(email: str) -> User | None:
    """An active account that nobody has ever entered or could enter but by a code."""
    user = account_at(email)
    if user is None or not user.is_active:
        return None
    if user.last_login or user.has_usable_password():
        return None
    return None if user.emailaddress_set.filter(verified=True).exists() else user
