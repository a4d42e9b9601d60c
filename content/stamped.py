"""Forms that programs find hard to fill: a trap, a least time, one press each.

A stamp is signed when the form is drawn and says when that was; it also names the
form, so that a second press of the same one is known. A refusal gives everything back:
people whose password manager walked into the trap press once more.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SOONEST = dt.timedelta(seconds=3)
"""Nobody reads and fills a form in less."""
LONGEST = dt.timedelta(days=2)
"""A form left open overnight still goes; a copied stamp does not for long."""
_SIGNER = signing.Signer(salt="content.stamped")


@dataclass(frozen=True, slots=True)
class Stamp:
    press: str
    """The name of this drawing of the form: 32 hexadecimal digits."""
    at: dt.datetime


def new_stamp(now: dt.datetime) -> str:
    return _SIGNER.sign_object([secrets.token_hex(16), now.timestamp()])


def read_stamp(text: str) -> Stamp | None:
    """What the stamp says; None for one that is not ours."""
    try:
        press, at = _SIGNER.unsign_object(text)
    except signing.BadSignature:
        return None
    return Stamp(press, dt.datetime.fromtimestamp(at, dt.UTC))


class StampedForm(forms.Form):
    """A base for forms that anybody may send."""

    homepage = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, now: dt.datetime, **kwargs) -> None:
        self.now = now
        super().__init__(*args, **kwargs)
        self.fields["stamp"].initial = new_stamp(now)

    @property
    def press(self) -> str:
        """Which drawing of the form was sent; "" for a stamp that is not ours."""
        stamp = read_stamp(self.data.get(self.add_prefix("stamp"), ""))
        return stamp.press if stamp else ""

    def trap(self):
        return self["homepage"]

    def visible_fields(self) -> list:
        """Without the trap, which has its own place (components/form_trap.html)."""
        return [field for field in super().visible_fields() if field.name != "homepage"]

    def clean(self) -> dict:
        data = super().clean()
        if data.get("homepage"):
            self._put("homepage", "")
            raise ValidationError(
                _(
                    "A hidden field was filled in, as programs do. It is empty again: "
                    "please press the button once more."
                ),
                code="trap",
            )
        self._check_stamp(data.get("stamp", ""))
        return data

    def _check_stamp(self, text: str) -> None:
        stamp = read_stamp(text)
        if stamp is None or self.now - stamp.at > LONGEST:
            self._put("stamp", new_stamp(self.now))
            raise ValidationError(
                _(
                    "This page had been open for a long time. Nothing you typed is "
                    "lost: please press the button once more."
                ),
                code="old",
            )
        if self.now - stamp.at < SOONEST:
            raise ValidationError(
                _(
                    "That was too quick for us. Please look at it again, then press "
                    "the button once more."
                ),
                code="quick",
            )

    def _put(self, name: str, value: str) -> None:
        """What the form is drawn with again."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value
