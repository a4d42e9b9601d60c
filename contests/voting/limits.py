"""How often one votes, beside the limits on letters (members.limits).

A school is one network, so those of a network are wide; above them stands the
challenge, far above them a no. The counters live in the cache; without it nobody gets
in (content.outage answers 503).
"""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from members.counters import Counters
from members.limits import Solved, Verdict

AN_HOUR = dt.timedelta(hours=1)
LIMITS = {
    "account": "30/h/key",
    "network": "40/m/ip,600/h/ip",
    "network_solved": "120/m/ip,3000/h/ip",
    # Links are opened by who got them; this only stops guessing.
    "link": "60/m/ip,600/h/ip",
}
_COUNTERS = Counters("contests.voting", LIMITS)


def ballot(request: HttpRequest, account_id: int, *, solved: Solved) -> Verdict:
    """Whether this account may send one more ballot from this network."""
    if not _COUNTERS.take(request, "account", str(account_id)):
        return Verdict.REFUSE
    return _network(request, solved=solved)


def _network(request: HttpRequest, *, solved: Solved) -> Verdict:
    if _COUNTERS.take(request, "network"):
        return Verdict.GO
    if not _COUNTERS.fits(request, "network_solved"):
        return Verdict.REFUSE
    return (
        Verdict.GO
        if solved() and _COUNTERS.take(request, "network_solved")
        else Verdict.ASK
    )


def link(request: HttpRequest) -> bool:
    """Count one confirmation; False above the limit."""
    return _COUNTERS.take(request, "link")
