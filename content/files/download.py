"""Handing a private file to somebody who may have it."""

from __future__ import annotations

import logging
from urllib.parse import quote

from django.conf import settings
from django.core.files import File
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

logger = logging.getLogger(__name__)

# Even a file that slipped through may neither run, nor be guessed at, nor be kept.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def download(file: File, *, name: str, media_type: str) -> HttpResponseBase:
    """Send a stored file as an attachment; the caller has checked who asks.

    `file` is the value of a FileField with the private storage. With
    settings.X_ACCEL_PREFIX the web server in front sends the bytes; nginx keeps only
    some of our headers then, so its internal location has to add nosniff and the
    sandbox policy itself. Raises Http404 for a file that is gone from the disk.
    """
    if settings.X_ACCEL_PREFIX:
        response: HttpResponseBase = HttpResponse()
        response["X-Accel-Redirect"] = settings.X_ACCEL_PREFIX + quote(file.name)
    else:
        response = FileResponse(_opened(file))
    return private_headers(response, name=name, media_type=media_type)


def private_headers(
    response: HttpResponseBase, *, name: str, media_type: str
) -> HttpResponseBase:
    """What goes with private bytes, wherever they come from: an attachment, safely."""
    response["Content-Type"] = media_type
    response["Content-Disposition"] = content_disposition_header(True, name)
    for header, value in _HEADERS.items():
        response[header] = value
    return response


def _opened(file: File) -> File:
    try:
        return file.open("rb")
    except FileNotFoundError as error:
        logger.error("private file %s is missing on the disk", file.name)
        raise Http404 from error
