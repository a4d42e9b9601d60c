"""When two spellings are one address, and what is no address at all."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from content.odd_addresses import QUOTED, why_odd
from vietnam.fold import nfc

NO_ADDRESS = _("This is not an email address: it should look like name@example.com.")
TWO_ADDRESSES = _("These are several addresses; give one.")
WITH_SPACE = _("An email address has no space in it.")
NOT_ASCII = _(
    "The part before the @ may only have letters without marks, digits and signs."
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


def validate(address: str) -> None:
    """The same as a validator for forms; raises ValidationError."""
    if reason := why_not(address):
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
