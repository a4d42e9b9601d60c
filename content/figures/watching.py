"""Watching each request: its number, its route, its status and its time."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable

from django.conf import settings

from content import logs
from content.figures import counters
from content.pagecache.views import FOUND

Environ = dict
SEEN = "portal.seen"
"""In the environ: a list in which Django notes which route it took, and that it ran."""
HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9_.-]{8,64}", re.ASCII)


class Watch:
    """Stands before everything, the page cache too.

    A request keeps the number that a proxy gave it, if that looks like one, and else
    gets one; log lines and tasks that come of it name it, and so does the answer.
    """

    def __init__(self, application: Callable) -> None:
        self.application = application

    def __call__(self, environ: Environ, start: Callable) -> Iterable[bytes]:
        began = time.perf_counter()
        number = environ.get("HTTP_X_REQUEST_ID", "")
        if not _WELL_FORMED.fullmatch(number):
            number = secrets.token_hex(8)
        logs.request_id.set(number)
        seen = environ[SEEN] = []
        status = "500"

        def named(said: str, headers: list, *rest):
            nonlocal status
            status = said[:3]
            # The page cache hands out one list of headers to everybody.
            return start(said, [*headers, (HEADER, number)], *rest)

        try:
            return self.application(environ, named)
        finally:
            _note(environ, seen, status, time.perf_counter() - began)


class RouteMiddleware:
    """Notes for `Watch` that Django ran, and which view it found; and for the page
    cache whether that is a public page."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request):
        request.environ.get(SEEN, []).append(None)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> None:
        public = getattr(view, "pagecache", None)
        request.environ[FOUND] = public
        is_public = public is not None
        route = request.resolver_match.view_name or "unnamed"
        request.environ.get(SEEN, []).append((route, is_public))


def _note(environ: Environ, seen: list, status: str, seconds: float) -> None:
    route, result = "none", ""
    if not seen:
        route, result = "page_cache", "hit"
    elif seen[-1]:
        route, is_public = seen[-1]
        if is_public and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            signed_in = settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", "")
            result = "past" if signed_in else "rendered"
    elif environ.get("PATH_INFO", "").startswith(settings.STATIC_URL):
        route = "static"
    amounts = (
        (("requests", route, status), 1),
        *counters.durations("seconds", seconds, route),
    )
    counters.add(*amounts, *([(("page_cache", result), 1)] if result else []))
