"""How often somebody may ask for a helper, and guess at the code of a request.

The counters live in the cache; without it nobody gets in (content.outage answers 503).
A village's wifi is one network address, so the wide limits are wide.
"""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from members.counters import Counters
from members.limits import Solved, Verdict

LONGEST = dt.timedelta(days=1)
"""The longest that a limit lasts."""
LIMITS = {
    "ask": "5/h/ip",
    "ask_solved": "60/h/ip",
    "phone": "3/d/key",
    "wrong_code": "20/h/ip",
}
_COUNTERS = Counters("teams", LIMITS)


def ask(request: HttpRequest, phone: str, *, solved: Solved) -> Verdict:
    """Whether one more request may come from this network and for this number.

    The number has a limit too, so that nobody has a stranger called all day. Above
    the tight limit of a network stands the challenge, above the wide one the answer
    is no.
    """
    if not _COUNTERS.fits(request, "phone", phone):
        return Verdict.REFUSE
    if _COUNTERS.take(request, "ask"):
        verdict = Verdict.GO
    elif not _COUNTERS.fits(request, "ask_solved"):
        verdict = Verdict.REFUSE
    else:
        solved_now = solved() and _COUNTERS.take(request, "ask_solved")
        verdict = Verdict.GO if solved_now else Verdict.ASK
    if verdict is Verdict.GO and not _COUNTERS.take(request, "phone", phone):
        return Verdict.REFUSE
    return verdict


def too_many_codes(request: HttpRequest) -> bool:
    """Whether so many wrong codes came from here that right ones are refused too."""
    return not _COUNTERS.fits(request, "wrong_code")


def count_wrong_code(request: HttpRequest) -> None:
    _COUNTERS.take(request, "wrong_code")
