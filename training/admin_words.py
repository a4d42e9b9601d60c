"""What the organisers' desk says when something cannot be done."""

from __future__ import annotations

from django.utils.translation import gettext

from training.locks import Busy, Refused


def sentence(error: Refused | Busy) -> str:
    if isinstance(error, Refused):
        return str(error.refusal.label)
    return gettext("Many people are signing up right now. Press the button again.")
