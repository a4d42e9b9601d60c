"""How often readers may write to the editors.

The counters live in the cache; without it nobody gets in (content.outage answers 503).
A school or a café is one network address, so those limits are wide.
"""

from __future__ import annotations

import datetime as dt

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from members.limits import Solved, Verdict

AN_HOUR = dt.timedelta(hours=1)
"""The longest that a limit on a network lasts."""
LIMITS = {
    "story": "10/d/key",
    "story_network": "60/h/ip",
    "rumour": "5/h/ip",
    "rumour_solved": "60/h/ip",
}


def may_send_story(request: HttpRequest, person_id: int) -> bool:
    """Count one story of this person from this network; False above a limit."""
    return _take(request, "story", str(person_id)) and _take(request, "story_network")


def rumour(request: HttpRequest, *, solved: Solved) -> Verdict:
    """Whether somebody from this network may report one rumour more.

    Above the tight limit stands the challenge, above the wide one the answer is no.
    """
    if _take(request, "rumour"):
        return Verdict.GO
    if not _take(request, "rumour_solved", dry_run=True):
        return Verdict.REFUSE
    return Verdict.GO if solved() and _take(request, "rumour_solved") else Verdict.ASK


def _take(
    request: HttpRequest, action: str, key: str = "", *, dry_run: bool = False
) -> bool:
    usage = ratelimit.consume(
        request,
        app="news",
        action=action,
        config=LIMITS,
        key=key,
        dry_run=dry_run,
        limit_get=True,
    )
    return usage is not None
