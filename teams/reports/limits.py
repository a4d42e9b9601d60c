"""How often a link or a code of a leader may be guessed, and a code be mailed.

Links have 96 bits, so that only a program tries many. Codes have six digits: five
tries in a quarter of an hour and twenty a day, counted by link whoever asks. The
counters live in the cache, and without it nobody gets in (content.outage, 503).
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest

LIMITS = {
    "report_link": "30/h/ip",
    "report_code": "5/15m/key,20/d/key",
    "report_letter": "3/h/key,8/d/key",
}


def too_many_links(request: HttpRequest) -> bool:
    """Whether too many wrong links came from here."""
    return not _consume(request, "report_link", "", dry_run=True)


def count_wrong_link(request: HttpRequest) -> None:
    _consume(request, "report_link", "")


def try_code(request: HttpRequest, link_pk: int) -> bool:
    """Count a try, right or wrong; False where none is left.

    Counted before the code is looked at: requests side by side get five together.
    """
    return _consume(request, "report_code", str(link_pk))


def may_mail(request: HttpRequest, link_pk: int) -> bool:
    """Count a letter; three an hour, so that nobody's mailbox fills up."""
    return _consume(request, "report_letter", str(link_pk))


def _consume(
    request: HttpRequest, action: str, key: str, *, dry_run: bool = False
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
