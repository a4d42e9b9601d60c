"""Public pages answered before Django, out of a bounded store in each process.

A view says that its page is public with `@public("news")`; a feature says in
`AppConfig.ready` which models show in which area (`watch`) and which moments change it
by themselves (`moments`). What writes past `save()` calls `touch` or `wrote`. Numbers
that change all the time, such as places left, are parts of their own (`fragments`).
How it holds together: docs/decisions/0006-page-cache.md.
"""

from content.pagecache.areas import (
    moments,
    soonest,
    touch,
    watch,
    when_renewed,
    wrote,
)
from content.pagecache.fragments import show
from content.pagecache.fragments import sources as fragment_sources
from content.pagecache.front import PageCache
from content.pagecache.views import public

__all__ = [
    "PageCache",
    "fragment_sources",
    "moments",
    "public",
    "show",
    "soonest",
    "touch",
    "watch",
    "when_renewed",
    "wrote",
]
