"""How often a link or a code of a leader may be guessed, and a code be mailed.

Links have 96 bits. Ten wrong ones an hour for one team from one network; many phones
share a network's address, so that somebody who guesses must not shut out the leaders
of other teams. Codes have six digits: five tries in a quarter of an hour and twenty a
day, counted by link whoever asks. The counters live in the cache, and without it
nobody gets in (content.outage, 503).
"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.http import HttpRequest

from members.counters import Counters

LIMITS = {
    "report_link": "300/h/ip,10/h/key",
    "report_code": "5/15m/key,20/d/key",
    "report_letter": "3/h/key,8/d/key",
}
_COUNTERS = Counters("teams", LIMITS)


def too_many_links(request: HttpRequest, team_pk: int) -> bool:
    """Whether too many wrong links of this team came from here."""
    key = _from_here(request, team_pk)
    return not _COUNTERS.fits(request, "report_link", key)


def count_wrong_link(request: HttpRequest, team_pk: int) -> None:
    _COUNTERS.take(request, "report_link", _from_here(request, team_pk))


def _from_here(request: HttpRequest, team_pk: int) -> str:
    network = get_adapter().get_client_ip(request)
    return f"{ratelimit.truncate_ip(network)} {team_pk}"


def try_code(request: HttpRequest, link_pk: int) -> bool:
    """Count a try, right or wrong; False where none is left.

    Counted before the code is looked at: requests side by side get five together.
    """
    return _COUNTERS.take(request, "report_code", str(link_pk))


def may_mail(request: HttpRequest, link_pk: int) -> bool:
    """Count a letter; three an hour, so that nobody's mailbox fills up."""
    return _COUNTERS.take(request, "report_letter", str(link_pk))
