"""Reports tell what was done and never for whom: numbers that name somebody stay out.

Names cannot be told from other words by a program, so the page asks people to leave
them out; what a program can tell, it refuses.
"""

from __future__ import annotations

import re
import unicodedata

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from vietnam.phones import PhoneError, parse_phone

_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")
# Digits with at most one sign between any two, eight of them at least.
_RUN = re.compile(r"\+?\d(?:[ .\-\u2010-\u2015]?\d){7,}")
# A day ("05.10.2026") and an amount ("15.000.000") name nobody.
_HARMLESS = re.compile(
    r"(?<![\d.\-])"
    r"(?:\d{1,2}[.\-]\d{1,2}[.\-]\d{4}|[1-9]\d{0,2}(?:\.\d{3})+)"
    r"(?!\.?\d)"
)
ID_CARD = (9, 12)
"""Digits of the identity card of old and of the citizen's card."""


class PersonalData(TextChoices):
    """What was found, as a sentence for beside the field."""

    PHONE = (
        "phone",
        _("This holds a telephone number. Leave out who was helped, then send again."),
    )
    ID_CARD = (
        "id_card",
        _("This holds the number of an identity card. Leave out who was helped."),
    )
    EMAIL = (
        "email",
        _("This holds an email address. Leave out who was helped, then send again."),
    )
    NUMBER = (
        "number",
        _("This holds a long number that could name somebody. Please leave it out."),
    )


def found_in(text: str) -> PersonalData | None:
    """The first thing in the text that names somebody, or None."""
    plain = unicodedata.normalize("NFKC", text)
    if _EMAIL.search(plain):
        return PersonalData.EMAIL
    for run in _RUN.findall(_HARMLESS.sub(" ", plain)):
        return _kind(run)
    return None


def _kind(run: str) -> PersonalData:
    digits = re.sub(r"\D", "", run)
    if _is_phone(run):
        return PersonalData.PHONE
    if len(digits) in ID_CARD:
        return PersonalData.ID_CARD
    return PersonalData.NUMBER


def _is_phone(run: str) -> bool:
    try:
        parse_phone(run)
    except PhoneError:
        return False
    return True
