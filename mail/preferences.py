"""What an address wishes, and the signed link by which it says so."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from content.page_paths import page_path
from content.prepared import prepared
from content.signer import Signer, sign_object
from mail import kinds
from mail.addresses import fold
from mail.models import Letter, Preference, Suppression

_SALT = "mail.unsubscribe"


def why_not_write_to(
    address_key: str, kind: str, *, secret: bool = False
) -> Letter.Reason | None:
    """The reason why this address gets no letter of this kind, or None."""
    if (_asked_to_stop if secret else _suppressions)(address_key):
        return Letter.Reason.BLOCKED
    if kinds.is_optional(kind) and not wants(address_key, kind):
        return Letter.Reason.UNWANTED
    return None


@prepared
def _suppressions(address_key: str) -> QuerySet:
    return Suppression.objects.against(address_key, asked_for=False)


@prepared
def _asked_to_stop(address_key: str) -> QuerySet:
    return Suppression.objects.against(address_key, asked_for=True)


def wants(address_key: str, kind: str) -> bool:
    """What the reader behind this address said; by default what the kind says."""
    known = kinds.registry.get(kind)
    if known is not None and not known.by_default:
        wish = Preference.objects.filter(address_key=address_key, kind=kind)
        return wish.filter(wanted=True).exists()
    return not Preference.objects.unwanted(address_key, kind)


def set_wish(*, address_key: str, kind: str, wanted: bool, now: datetime) -> None:
    """Remember whether this address wants letters of this kind."""
    Preference.objects.update_or_create(
        address_key=address_key,
        kind=kind,
        defaults={"wanted": wanted, "changed_at": now},
    )


def unsubscribe_url(address: str, kind: str) -> str:
    """The absolute link that ends letters of this kind, for templates and headers.

    It never expires: a letter may be opened years later.
    """
    token = sign_object(_SALT, [fold(address), kind])
    return f"{settings.SITE_URL}{_before()}{token}/"


def _before() -> str:
    """No letter of a token is one that an address would quote."""
    return page_path("mail:unsubscribe", "x").removesuffix("x/")


def read_token(token: str) -> tuple[str, str]:
    """The folded address and the kind; signing.BadSignature for a forged link."""
    address_key, kind = Signer(salt=_SALT).unsign_object(token)
    return address_key, kind
