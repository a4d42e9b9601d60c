"""What of the site itself shows on public pages."""

from content import identity, pagecache
from content.models import SiteIdentity
from content.pagecache.areas import SITE
from portal.models import KeyFigure, SitePage

AREA = "pages"


def register() -> None:
    pagecache.watch(SitePage, AREA)
    pagecache.watch(KeyFigure, AREA)
    # Name and contacts stand on every page.
    pagecache.watch(SiteIdentity, SITE)
    pagecache.when_renewed(SITE, identity.forget)
