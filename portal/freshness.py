"""What of the site itself shows on public pages."""

from content import pagecache
from portal.models import KeyFigure, SitePage

AREA = "pages"


def register() -> None:
    pagecache.watch(SitePage, AREA)
    pagecache.watch(KeyFigure, AREA)
