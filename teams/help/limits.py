"""How often somebody may ask for a helper, and guess at the code of a request.

The counters live in the cache; without it nobody gets in (content.outage answers 503).
A village's wifi is one network address, so the wide limits are wide.
"""

from __future__ import annotations

import datetime as dt

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from members.limits import Solved, Verdict

LONGEST = dt.timedelta(days=1)
"""The longest that a limit lasts."""
LIMITS = {
    "ask": "5/h/ip",
    "ask_solved": "60/h/ip",
    "phone": "3/d/key",
    "wrong_code": "20/h/ip",
}


def ask(request: HttpRequest, phone: str, *, solved: Solved) -> Verdict:
    """Whether one more request may come from this network and for this number.

    The number has a limit too, so that nobody has a stranger called all day. Above
    the tight limit of a network stands the challenge, above the wide one the answer
    is no.
    """
    if not _take(request, "phone", phone, dry_run=True):
        return Verdict.REFUSE
    if _take(request, "ask"):
        verdict = Verdict.GO
    elif not _take(request, "ask_solved", dry_run=True):
        verdict = Verdict.REFUSE
    else:
        solved_now = solved() and _take(request, "ask_solved")
        verdict = Verdict.GO if solved_now else Verdict.ASK
    if verdict is Verdict.GO and not _take(request, "phone", phone):
        return Verdict.REFUSE
    return verdict


def too_many_codes(request: HttpRequest) -> bool:
    """Whether so many wrong codes came from here that right ones are refused too."""
    return not _take(request, "wrong_code", dry_run=True)


def count_wrong_code(request: HttpRequest) -> None:
    _take(request, "wrong_code")


def _take(
    request: HttpRequest, action: str, key: str = "", *, dry_run: bool = False
) -> bool:
    usage = ratelimit.consume(
        request,
        app="teams",
        action=action,
        config=LIMITS,
        key=key,
        dry_run=dry_run,
        limit_get=True,
    )
    return usage is not None
