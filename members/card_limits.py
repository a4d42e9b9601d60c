"""How often a code from a card may be guessed.

Tight for one card, loose for one address on the network: a school is one address.
Only wrong codes count. Ten an hour for each first group, and 52 bits in all, leave
nobody a chance; looking at a link counts like typing, because it tells as much.
"""

from __future__ import annotations

from django.http import HttpRequest

from members import cards
from members.counters import Counters

LIMITS = {
    "wrong_card": "300/h/ip,10/h/key",
    "wrong_card_password": "60/m/ip,5/5m/key",
}
_COUNTERS = Counters("members", LIMITS)


def too_many(request: HttpRequest, code: str) -> bool:
    """Whether too many wrong codes came from here, or began like this one."""
    return not _COUNTERS.fits(request, "wrong_card", cards.first_group(code))


def count_wrong(request: HttpRequest, code: str) -> None:
    _COUNTERS.take(request, "wrong_card", cards.first_group(code))


def may_try_password(request: HttpRequest, card_id: int) -> bool:
    """Count a try; five in five minutes for one card."""
    return _COUNTERS.take(request, "wrong_card_password", str(card_id))


def password_was_right(request: HttpRequest, card_id: int) -> None:
    _COUNTERS.clear(request, "wrong_card_password", str(card_id))
