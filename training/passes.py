"""What somebody shows at the desk: a QR code with a signed address, a code to type."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import segno
from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from content.signer import Signer, sign
from training.models import Registration

_SALT = "training.attendance"
LONGEST = 120
"""A token is 66 letters; a longer one is none, and would not fit into a QR code."""
# No letter or digit that is taken for another, on paper or by ear: 0 O, 1 I L, 2 Z,
# 5 S, 8 B, U V.
LETTERS = "34679ACDEFGHJKMNPQRTWXY"
LENGTH = 6


@dataclass(frozen=True)
class Pass:
    """For the person's own page and letters."""

    url: str
    code: str
    picture: SafeString


def pass_of(registration: Registration) -> Pass:
    url = pass_url(registration.code)
    return Pass(url=url, code=spaced(registration.code), picture=picture(url))


def token(code: UUID) -> str:
    """Names one sign-up and proves that we wrote it; good for the desk only."""
    return sign(_SALT, _short(code))


def code_of(token: str) -> UUID | None:
    """The sign-up's code, or None for a token that is not ours."""
    try:
        short = Signer(salt=_SALT).unsign(token)
        return UUID(bytes=urlsafe_b64decode(f"{short}=="))
    except (signing.BadSignature, ValueError):
        return None


def pass_url(code: UUID) -> str:
    return _before(settings.SITE_URL) + token(code) + "/"


@cache
def _before(site: str) -> str:
    """Found once: thousands of letters carry such an address."""
    return site + reverse("training:pass", args=["x"]).removesuffix("x/")


def typed_code(code: UUID) -> str:
    """Six letters to say or type instead of the QR code.

    Taken from the sign-up's random number, which nobody else knows. They are no
    secret that opens anything: only the desk types them, and only into the list of
    one session, where they are one of 148 million.
    """
    number, letters = code.int, []
    for _place in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)


def spaced(code: UUID) -> str:
    """The typed code as it is shown: in two halves."""
    letters = typed_code(code)
    return f"{letters[:3]} {letters[3:]}"


def is_code(text: str) -> bool:
    letters = _bare(text)
    return len(letters) == LENGTH and set(letters) <= set(LETTERS)


def with_code(registrations: Iterable[Registration], text: str) -> list[Registration]:
    """Those whose typed code this is; more than one is for the desk to tell apart."""
    letters = _bare(text)
    return [one for one in registrations if typed_code(one.code) == letters]


def picture(text: str) -> SafeString:
    """A QR code as inline SVG, always dark on white, or phones would not read it."""
    svg = segno.make(text, error="m", micro=False).svg_inline(
        border=4,
        light="#fff",
        dark="#000",
        omitsize=True,
        svgclass="qr",
        lineclass=None,
    )
    return mark_safe(svg)


def _bare(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()


def _short(code: UUID) -> str:
    return urlsafe_b64encode(code.bytes).decode().rstrip("=")
