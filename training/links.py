"""The link in a letter that cancels without signing in."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

PARAMETER = "ma"
_SALT = "training.cancel"


def cancel_token(code: UUID) -> str:
    """Names one sign-up and proves that we wrote it; good for cancelling only."""
    return signing.Signer(salt=_SALT).sign(code.hex)


def code_of(token: str) -> UUID | None:
    """The sign-up's code, or None for a token that is not ours."""
    try:
        return UUID(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def cancel_url(slug: str, code: UUID) -> str:
    path = reverse("training:cancel", args=[slug])
    return f"{settings.SITE_URL}{path}?{PARAMETER}={cancel_token(code)}"
