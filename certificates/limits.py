"""How many wrong codes one address on the network may try.

Nobody guesses 69 bits; the limit keeps a machine from asking all day. It is wide,
because a school is one address, and right codes do not count.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.http import HttpRequest

LIMITS = {"wrong_certificate": "30/m/ip,200/h/ip"}


def too_many(request: HttpRequest) -> bool:
    return not _consume(request, dry_run=True)


def count_wrong(request: HttpRequest) -> None:
    _consume(request)


def _consume(request: HttpRequest, *, dry_run: bool = False) -> bool:
    usage = ratelimit.consume(
        request,
        app="certificates",
        action="wrong_certificate",
        config=LIMITS,
        key="",
        dry_run=dry_run,
        limit_get=True,
    )
    return usage is not None


def address(request: HttpRequest) -> str:
    """The network address that the limit counts by."""
    return get_adapter().get_client_ip(request)
