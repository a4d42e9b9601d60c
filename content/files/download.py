"""Handing a private file to somebody who may have it."""

from __future__ import annotations

import logging
from urllib.parse import quote

from django.conf import settings
from django.core.files import File
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.utils.http import content_disposition_header

logger = logging.getLogger(__name__)

# Even a file that slipped through may neither run, nor be guessed at, nor be kept.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def download(
    file: File,
    *,
    name: str,
    media_type: str,
    by: int | None = None,
    within_page: bool = False,
) -> HttpResponseBase:
    """Send a stored file as an attachment; the caller has checked who asks.

    `file` is the value of a FileField with the private storage, `by` the account that
    gets it. From a bucket it leaves by a link of a minute, which is written to the log
    with both (DESIGN rule 6); it says the type and that it is an attachment, and
    whoever has no link is refused there. Not so for what our pages show themselves
    (`within_page`): they load nothing from another host. With
    settings.X_ACCEL_PREFIX the web server in front sends the bytes; nginx keeps only
    some of our headers then, so its internal location has to add nosniff and the
    sandbox policy itself. Raises Http404 for a file that is gone from the disk.
    """
    link = file.storage.link(file.name, shown_as=name, media_type=media_type)
    if link and not within_page:
        logger.info("private file %s leaves by a link, account %s", file.name, by)
        response: HttpResponseBase = HttpResponseRedirect(link)
        response["Cache-Control"] = _HEADERS["Cache-Control"]
        response["Referrer-Policy"] = "no-referrer"
        return response
    if settings.X_ACCEL_PREFIX:
        response = HttpResponse()
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
