"""Who runs the site, for every page and every letter.

The admin's one row of `SiteIdentity` says it. Until that row is saved for the first
time, the SITE_* variables of the environment do (`settings.SITE_AT_FIRST`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, fields

from django.conf import settings
from django.db.models import QuerySet

from content.models import SiteIdentity
from content.prepared import prepared


@dataclass(frozen=True)
class Identity:
    """A snapshot: equal ones are equal, so it may be part of a cache's key."""

    name: str
    owner: str
    responsible: str
    address: str
    contact_phone: str
    contact_email: str

    @property
    def url(self) -> str:
        """The public address of the site, without a slash at its end."""
        return settings.SITE_URL


_NAMES = [field.name for field in fields(Identity)]
_kept: tuple[float, Identity] | None = None


def current() -> Identity:
    """Who runs the site now, at most SITE_IDENTITY_SECONDS old.

    Each process asks the database that often and no oftener: thousands of letters
    and pages a minute share one answer.
    """
    if _kept and time.monotonic() < _kept[0]:
        return _kept[1]
    return keep(stored())


def stored() -> SiteIdentity:
    """The row; an unsaved one with what holds at first where there is none."""
    return _row().first() or at_first()


@prepared
def _row() -> QuerySet:
    return SiteIdentity.objects.filter(pk=SiteIdentity.THE_ONE)


def at_first() -> SiteIdentity:
    return SiteIdentity(**settings.SITE_AT_FIRST)


def keep(row: SiteIdentity) -> Identity:
    """Answer with this for the next SITE_IDENTITY_SECONDS."""
    global _kept
    identity = Identity(**{name: getattr(row, name) for name in _NAMES})
    _kept = time.monotonic() + settings.SITE_IDENTITY_SECONDS, identity
    return identity


def forget() -> None:
    """Ask the database the next time."""
    global _kept
    _kept = None
