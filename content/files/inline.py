"""Private bytes shown within a page; the caller has checked who asks.

Only for what we have made ourselves: new pixels, and films, which run no script. They
come from us wherever they lie: a link to a bucket could carry neither the sandbox nor
nosniff, and our pages show nothing from another host.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from urllib.parse import quote

from django.conf import settings
from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from content.files.download import private_headers
from content.files.ranges import Piece, ranged


def play(
    request: HttpRequest, file: File, *, name: str, media_type: str, size: int
) -> HttpResponseBase:
    """A film in the pieces that the player asks for. Raises Http404."""
    if settings.X_ACCEL_PREFIX:
        response: HttpResponseBase = HttpResponse()
        response["X-Accel-Redirect"] = settings.X_ACCEL_PREFIX + quote(file.name)
    else:
        with _there():
            response = ranged(request, file, size)
    return _inline(response, name, media_type)


def part(
    file: File, *, start: int, length: int, name: str, media_type: str
) -> HttpResponseBase:
    """Some bytes out of a file: one page's picture. Raises Http404."""
    with _there(), contextlib.closing(Piece(file, start, length)) as piece:
        return _inline(HttpResponse(b"".join(piece)), name, media_type)


def _inline(response: HttpResponseBase, name: str, media_type: str) -> HttpResponseBase:
    private_headers(response, name=name, media_type=media_type)
    response["Content-Disposition"] = content_disposition_header(False, name)
    return response


@contextlib.contextmanager
def _there() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise Http404 from error
