"""How often a code from a card may be guessed.

Tight for one card, loose for one address on the network: a school is one address.
Only wrong codes count. Ten an hour for each first group, and 52 bits in all, leave
nobody a chance; looking at a link counts like typing, because it tells as much.
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from members import cards

LIMITS = {
    "wrong_card": "300/h/ip,10/h/key",
    "wrong_card_password": "60/m/ip,5/5m/key",
}


def too_many(request: HttpRequest, code: str) -> bool:
    """Whether too many wrong codes came from here, or began like this one."""
    return not _consume(request, "wrong_card", cards.first_group(code), dry_run=True)


def count_wrong(request: HttpRequest, code: str) -> None:
    _consume(request, "wrong_card", cards.first_group(code))


def may_try_password(request: HttpRequest, card_id: int) -> bool:
    """Count a try; five in five minutes for one card."""
    return _consume(request, "wrong_card_password", str(card_id))


def password_was_right(request: HttpRequest, card_id: int) -> None:
    ratelimit.clear(
        request,
        app="members",
        action="wrong_card_password",
        config=LIMITS,
        key=str(card_id),
    )


def _consume(
    request: HttpRequest, action: str, key: str, *, dry_run: bool = False
) -> bool:
    usage = ratelimit.consume(
        request,
        app="members",
        action=action,
        config=LIMITS,
        key=key,
        dry_run=dry_run,
        limit_get=True,
    )
    return usage is not None
