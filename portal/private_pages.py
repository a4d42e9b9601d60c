"""Pages of somebody signed in belong to nobody's store (DESIGN rule 11)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers


class PrivatePagesMiddleware:
    """What answers a request with a session is neither shared nor kept.

    Not by a proxy, and not by the browser of a computer in a school's library, where
    the back button would show address and codes of whoever has just signed out.
    A view that says itself how long its answer keeps is left alone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        name = settings.SESSION_COOKIE_NAME
        has_session = name in request.COOKIES or name in response.cookies
        if has_session and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
