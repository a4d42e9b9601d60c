"""What changes every public page: who runs the site, and pictures in texts."""

from __future__ import annotations

from content import identity, pagecache
from content.models import Picture, SiteIdentity

AREA = "site"


def may_be_used(picture: Picture, created: bool) -> bool:
    """One that was just uploaded stands nowhere yet."""
    return not created


def register() -> None:
    pagecache.watch(SiteIdentity, AREA)
    pagecache.watch(Picture, AREA, when=may_be_used)
    # Kept in the process as well: a page made anew must not show what was kept.
    pagecache.when_renewed(AREA, identity.forget)
