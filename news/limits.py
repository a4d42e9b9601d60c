"""How often readers may write to the editors.

The counters live in the cache; without it nobody gets in (content.outage answers 503).
A school or a café is one network address, so those limits are wide.
"""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from members.counters import Counters
from members.limits import Solved, Verdict

AN_HOUR = dt.timedelta(hours=1)
"""The longest that a limit on a network lasts."""
LIMITS = {
    "story": "10/d/key",
    "story_network": "60/h/ip",
    "rumour": "5/h/ip",
    "rumour_solved": "60/h/ip",
}
_COUNTERS = Counters("news", LIMITS)


def may_send_story(request: HttpRequest, person_id: int) -> bool:
    """Count one story of this person from this network; False above a limit."""
    return _COUNTERS.take(request, "story", str(person_id)) and _COUNTERS.take(
        request, "story_network"
    )


def rumour(request: HttpRequest, *, solved: Solved) -> Verdict:
    """Whether somebody from this network may report one rumour more.

    Above the tight limit stands the challenge, above the wide one the answer is no.
    """
    if _COUNTERS.take(request, "rumour"):
        return Verdict.GO
    if not _COUNTERS.fits(request, "rumour_solved"):
        return Verdict.REFUSE
    return (
        Verdict.GO
        if solved() and _COUNTERS.take(request, "rumour_solved")
        else Verdict.ASK
    )
