"""Addresses that are valid by the RFC and that nobody types on purpose.

Quoted local parts, and domains whose letters only look like others (homographs):
their letters would fail later, or reach a stranger, where whoever typed them does not
see it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

QUOTED = _("Email addresses with quotation marks are not supported.")
MIXED_SCRIPTS = _(
    "The part after the @ mixes letters of several alphabets, which look alike: type it"
    " anew."
)

LOOK_ALIKES = {"CYRILLIC", "GREEK"}
"""Whole words can be written in their letters that look like Latin ones."""


def why_odd(address: str) -> Any:
    """One sentence on what is odd about a valid address, or an empty one."""
    local, _at, domain = address.rpartition("@")
    if local.startswith('"'):
        return QUOTED
    return MIXED_SCRIPTS if _mixes_scripts(domain.split(".")) else ""


def validate_not_odd(address: str) -> None:
    """For fields that Django's own validator has looked at already."""
    if reason := why_odd(address):
        raise ValidationError(reason, code="invalid")


def _mixes_scripts(labels: list[str]) -> bool:
    """Whether a part of a domain has letters of more than one alphabet, or one part
    is of an alphabet that looks like that of another part."""
    scripts = [_scripts(label) for label in labels]
    if any(len(found) > 1 for found in scripts):
        return True
    together = set().union(*scripts)
    return len(together) > 1 and not LOOK_ALIKES.isdisjoint(together)


def _scripts(label: str) -> set[str]:
    if label.startswith("xn--"):
        try:
            label = label.encode("ascii").decode("idna")
        except UnicodeError:
            return {"?", "broken"}
    if label.isascii():
        return {"LATIN"} if re.search("[a-zA-Z]", label) else set()
    # The first word of a letter's name is its alphabet: LATIN, CYRILLIC, GREEK.
    return {
        unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()
    }
