"""A link to the site that was here before leads to the article's new address."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from members.tracking import SAFE
from news.importing.addresses import where_now

NUMBERED = ("p=", "page_id=")


class OldAddressMiddleware:
    """Asks only where nothing was found, and at home for WordPress's `/?p=123`."""

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if request.path == "/" and query.startswith(NUMBERED):
            return self._moved(request, query) or self.get_response(request)
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in SAFE:
            return response
        return self._moved(request, query) or response

    def _moved(self, request: HttpRequest, query: str) -> HttpResponse | None:
        there = where_now(request.path, query, request.now)
        return HttpResponsePermanentRedirect(there) if there else None
