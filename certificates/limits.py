"""How many wrong codes one address on the network may try.

Nobody guesses 69 bits; the limit keeps a machine from asking all day. It is wide,
because a school is one address, and right codes do not count.
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from members.counters import Counters

_WRONG = "wrong_certificate"
LIMITS = {_WRONG: "30/m/ip,200/h/ip"}
_COUNTERS = Counters("certificates", LIMITS)


def too_many(request: HttpRequest) -> bool:
    return not _COUNTERS.fits(request, _WRONG)


def count_wrong(request: HttpRequest) -> None:
    _COUNTERS.take(request, _WRONG)


def address(request: HttpRequest) -> str:
    """The network address that the limit counts by."""
    return get_adapter().get_client_ip(request)
