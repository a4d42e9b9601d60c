"""What signing up asks: the agreement, and of newcomers who they are."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharFormField
from members.actions import save_profile
from members.forms import ProfileForm
from members.models import Person, User

AGREEMENT_VERSION = "2026-11"
"""The version of the text below that a consent refers to; a new text, a new version."""


class AgreementField(forms.BooleanField):
    """A box of its own, never ticked beforehand (Law 91/2025/QH15, article 9)."""

    def __init__(self) -> None:
        super().__init__(
            label=_(
                "I agree that my name, date of birth, phone, email and unit are used "
                "to run this session."
            ),
            help_text=_(
                "Only the organisers see them. You can take this back at any time "
                "by cancelling your sign-up."
            ),
            error_messages={
                "required": _("Tick the box: without it we may not sign you up.")
            },
        )


class SignUpForm(forms.Form):
    """For whom we know: one box, one button."""

    agreed = AgreementField()


class FirstSignUpForm(ProfileForm):
    """For newcomers: who they are, and the box."""

    agreed = AgreementField()

    def save(self, *, user: User, now: dt.datetime) -> Person:
        told = {name: self.cleaned_data[name] for name in ProfileForm.base_fields}
        return save_profile(user=user, now=now, **told)


class GuardianAskForm(forms.Form):
    """Whom we may ask for a child; they answer by a link in a letter."""

    guardian_name = NFCCharFormField(
        label=_("Name of your parent or guardian"), max_length=120
    )
    relation = NFCCharFormField(
        label=_("Who that is to you"),
        max_length=60,
        help_text=_("For example mother, father or grandmother."),
    )
    email = forms.EmailField(
        label=_("Their email address"),
        max_length=254,
        help_text=_("We send them a letter with a link. It works for two weeks."),
    )
