"""What somebody with a card types."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """The code from the card, however it was typed; `members.cards` reads it."""

    code = forms.CharField(
        label=_("Code on the card"),
        max_length=60,
        help_text=_("12 letters and digits in three groups, such as 4K7M-92PX-3HT8."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class PasswordForm(forms.Form):
    """The password that the owner of a used card has set."""

    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
