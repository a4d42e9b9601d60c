"""How a view says that its page is public."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.urls import Resolver404, resolve

from content.pagecache import areas

View = TypeVar("View", bound=Callable)
FOUND = "portal.public"
"""In the environ: what the view was told that Django found, once it was asked."""


@dataclass(frozen=True)
class Public:
    """What `public` was told; `query` are the parameters that choose the page."""

    areas: frozenset[str]
    query: frozenset[str]
    counted: bool


def public(
    *names: str, query: Iterable[str] = (), counted: bool = False
) -> Callable[[View], View]:
    """The page shows these areas and is the same for everybody who is not signed in.

    It is rendered from its address, the parameters in `query` and the cookies of
    PAGE_CACHE_COOKIES, and from nothing else: no other cookie or header reaches the
    view. So it carries no form with a token. `counted` counts its readers by day.
    """

    def mark(view: View) -> View:
        view.pagecache = Public(areas.named(*names), frozenset(query), counted)
        return view

    return mark


def public_view(path: str) -> Public | None:
    """What stands at the address, if it is a public page."""
    try:
        view = resolve(path).func
    except Resolver404:
        return None
    return getattr(view, "pagecache", None)
