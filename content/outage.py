"""A friendly 503 while database, Valkey or disk are away, full or read-only."""

import errno
import logging
import sys

import kombu.exceptions
import redis.exceptions
from django.conf import settings
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist, loader

logger = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds
_OUTAGES = (
    # Connections refused, lost or too many; also lock and statement timeouts and
    # deadlocks that no action has answered, which trying again may cure as well.
    OperationalError,
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    # Full, or a copy that takes no writes for the moment.
    redis.exceptions.OutOfMemoryError,
    redis.exceptions.ReadOnlyError,
    kombu.exceptions.OperationalError,
)
_FULL_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = "25006"
"""PostgreSQL's code for a write while it takes none: a standby, maintenance."""
_KEPT_HEADERS = (
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
)


class OutageMiddleware:
    """Answers 503 where a service was away; must stand outermost.

    The page is drawn from 503.html without request, context, database, cache or
    session. An error in a view is answered at once. An error in another middleware
    (the session, the user) has become a 500 page before it gets here; Django tells
    what it was only through `got_request_exception`, hence the signal.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        got_request_exception.connect(
            _note_outage, dispatch_uid="content.outage", weak=False
        )

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 500 and hasattr(request, "outage"):
            return _page(request, request.outage, response)
        return response

    def process_exception(self, request, exception):
        return _page(request, exception) if is_outage(exception) else None


def is_outage(exception: BaseException | None) -> bool:
    """Whether a service was away, as opposed to a mistake in our code."""
    while exception is not None:
        if isinstance(exception, _OUTAGES) or _is_of_a_bucket(exception):
            return True
        # psycopg2 says so of lost connections and of misused cursors.
        if isinstance(exception, InterfaceError) and "connection" in str(exception):
            return True
        if getattr(exception, "pgcode", None) == _READ_ONLY:
            return True
        if isinstance(exception, OSError) and exception.errno in _FULL_DISK:
            return True
        exception = exception.__cause__
    return False


def _is_of_a_bucket(exception: BaseException) -> bool:
    if settings.STORAGE != "s3":
        return False
    # Only where one is in use: the client of a bucket takes memory.
    from content.files.bucket import AWAY

    return isinstance(exception, AWAY)


def _note_outage(request: HttpRequest | None, **kwargs) -> None:
    exception = sys.exception()
    if request is not None and is_outage(exception):
        request.outage = exception


def _page(
    request: HttpRequest,
    exception: BaseException,
    failed: HttpResponse | None = None,
) -> HttpResponse:
    logger.error("%s answers 503: %s", request.path, exception)
    try:
        content = loader.render_to_string("503.html")
    except TemplateDoesNotExist:
        content = "503"
    page = HttpResponse(content, status=503)
    page["Retry-After"] = str(RETRY_AFTER)
    page["Cache-Control"] = "no-store"
    for name in _KEPT_HEADERS:
        if failed is not None and name in failed:
            page[name] = failed[name]
    return page
