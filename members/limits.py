"""How often one may try: tight for an address typed, loose for a network.

A school is one network address, so that limit is wide. Above either stands a
challenge (members.challenge), not a dead end: who floods an address with codes must
not shut its owner out. Only far above that is the answer no, so that nobody's mailbox
fills up. The figures are ACCOUNT_RATE_LIMITS; the counters live in the cache, and
without it nobody gets in (content.outage answers 503).
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from datetime import UTC, datetime

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from mail.addresses import fold

APP = "allauth.account"
Solved = Callable[[], bool]
"""Whether a solved challenge came with the request; asking uses it up."""


class Verdict(enum.Enum):
    GO = "go"
    ASK = "ask for the challenge"
    REFUSE = "not now, solved or not"


def letter(request: HttpRequest, address: str, *, solved: Solved) -> Verdict:
    """Whether this visitor may cause a letter to the address typed.

    Known and unknown addresses count alike, and so do spellings of one mailbox.
    """
    tight, above = _letter_counters(request, address)
    if _take(request, tight):
        return Verdict.GO
    if not _fits(request, above):
        return Verdict.REFUSE
    return Verdict.GO if solved() and _take(request, above) else Verdict.ASK


def letter_again_at(request: HttpRequest, address: str) -> datetime:
    """When a letter goes out again without any challenge, at the latest."""
    tight, _above = _letter_counters(request, address)
    return _free_at(request, tight)


def password(request: HttpRequest, key: str, *, solved: Solved) -> Verdict:
    """Whether one more password may be tried although the tight limit says no."""
    above = [("login_failed_solved", key)]
    if not _fits(request, above):
        return Verdict.REFUSE
    return Verdict.GO if solved() and _take(request, above) else Verdict.ASK


def password_again_at(request: HttpRequest, key: str) -> datetime:
    """When a password is tried again without any challenge."""
    return _free_at(request, [("login_failed", key)])


def try_code(request: HttpRequest, code_id: str) -> bool:
    """Count one try at a mailed code; False once five have been made.

    Atomic, so requests sent side by side get five tries together and not each.
    """
    return _take(request, [("code_tried", code_id)])


def code_is_spent(request: HttpRequest, code_id: str) -> bool:
    return not _fits(request, [("code_tried", code_id)])


def try_second_step(request: HttpRequest, user_pk: int) -> bool:
    """Count one try at the codes of an account's second factor.

    Stricter than for passwords: whoever stands here has passed the first door.
    """
    return _take(request, [("second_step", str(user_pk))])


def forgive_second_step(request: HttpRequest, user_pk: int) -> None:
    """A right code clears the count, as it does for passwords."""
    ratelimit.clear(request, app=APP, action="second_step", key=str(user_pk))


_Counters = list[tuple[str, str]]


def _letter_counters(request: HttpRequest, address: str) -> tuple[_Counters, _Counters]:
    key = fold(address)
    network = get_adapter().get_client_ip(request)
    return (
        [("letter", key), ("letter_network", "")],
        [
            ("letter_solved_pair", f"{key} {ratelimit.truncate_ip(network)}"),
            ("letter_solved", key),
            ("letter_solved_network", ""),
        ],
    )


def _fits(request: HttpRequest, counters: _Counters) -> bool:
    return all(_consume(request, *one, dry_run=True) for one in counters)


def _take(request: HttpRequest, counters: _Counters) -> bool:
    """Count in all or, races apart, in none."""
    return _fits(request, counters) and all(_consume(request, *one) for one in counters)


def _consume(
    request: HttpRequest, action: str, key: str, *, dry_run: bool = False
) -> bool:
    usage = ratelimit.consume(
        request, app=APP, action=action, key=key, dry_run=dry_run, limit_get=True
    )
    return usage is not None


def _free_at(request: HttpRequest, counters: _Counters) -> datetime:
    now = free = time.time()
    for action, key in counters:
        for rate in ratelimit.get_rates(app=APP, action=action):
            name = ratelimit.get_cache_key(
                request, app=APP, action=action, rate=rate, key=key
            )
            # Newest first; the oldest that still counts makes room next.
            counted = [at for at in cache.get(name, []) if at > now - rate.duration]
            if len(counted) >= rate.amount:
                free = max(free, counted[-1] + rate.duration)
    return datetime.fromtimestamp(free, UTC)
