"""When two spellings are one address, and what is no address at all."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from vietnam.fold import nfc

NO_ADDRESS = _("This is not an email address: it should look like name@example.com.")
TWO_ADDRESSES = _("These are several addresses; give one.")
WITH_SPACE = _("An email address has no space in it.")
QUOTED = _("Email addresses with quotation marks are not supported.")
NOT_ASCII = _(
    "The part before the @ may only have letters without marks, digits and signs."
)
MIXED_SCRIPTS = _(
    "The part after the @ mixes letters of several alphabets, which look alike: type it"
    " anew."
)
NO_PHONE = _("This is not a telephone number in the form +84912345678.")

_PHONE = re.compile(r"\+[1-9]\d{7,14}")


def fold(address: str) -> str:
    """Return the key of an address: NFC, lower case, no space, no "+tag".

    "Lan+tap.huan@Example.COM " and "lan@example.com" are one reader. Dots are kept:
    only some providers ignore them. What is no address comes back as it is, folded.
    """
    local, at, domain = nfc(address.strip()).lower().rpartition("@")
    if not at:
        return domain
    return f"{local.partition('+')[0] or local}@{domain.rstrip('.')}"


def mailbox(address: str) -> str:
    """Folded, and without the dots that Gmail ignores: one mailbox, one spelling.

    For questions of who somebody is; letters are counted and stopped by `fold`.
    """
    local, _at, domain = fold(address).rpartition("@")
    if domain in {"gmail.com", "googlemail.com"}:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def why_not(address: str) -> Any:
    """One sentence on why no letter can go to this address, or an empty one.

    Stricter than the RFC where nobody types such a thing on purpose: quoted local
    parts, and domains whose letters only look like others (homographs).
    """
    try:
        validate_email(address)
    except ValidationError:
        return _why_invalid(address)
    return why_odd(address)


def why_odd(address: str) -> Any:
    """The part of it that Django does not ask."""
    local, _at, domain = address.rpartition("@")
    if local.startswith('"'):
        return QUOTED
    return MIXED_SCRIPTS if _mixes_scripts(domain.split(".")) else ""


def validate(address: str) -> None:
    """The same as a validator for forms; raises ValidationError."""
    if reason := why_not(address):
        raise ValidationError(reason, code="invalid")


def validate_plain(address: str) -> None:
    """For fields that Django's own validator has looked at already."""
    if reason := why_odd(address):
        raise ValidationError(reason, code="invalid")


def is_phone(address: str) -> bool:
    return bool(_PHONE.fullmatch(address))


def _why_invalid(address: str) -> Any:
    local, at, _domain = address.rpartition("@")
    if address.count("@") > 1 and re.search(r"[,;\s]", address):
        return TWO_ADDRESSES
    if re.search(r"\s", address.strip()):
        return WITH_SPACE
    if '"' in local:
        return QUOTED
    if at and local and not local.isascii():
        return NOT_ASCII
    return NO_ADDRESS


LOOK_ALIKES = {"CYRILLIC", "GREEK"}
"""Whole words can be written in their letters that look like Latin ones."""


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
