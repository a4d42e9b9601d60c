"""The headers of tus 1.0 (https://tus.io/protocols/resumable-upload)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from content.uploads.models import Upload

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
MEDIA_TYPE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
MAX_METADATA = 2000
_ALGORITHMS: dict[str, Callable] = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}


class BadHeader(Exception):
    """The client said something that the protocol does not know."""


def answer(status: int, text: str = "", **headers: object) -> HttpResponse:
    """Each answer names the version; text is for people and plain."""
    response = HttpResponse(
        text, status=status, content_type="text/plain; charset=utf-8"
    )
    if not text:
        del response["Content-Type"]
    response["Tus-Resumable"] = VERSION
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    for name, value in headers.items():
        response[name.replace("_", "-")] = str(value)
    return response


def abilities(*, max_size: int | None = None) -> HttpResponse:
    """The answer to OPTIONS."""
    response = answer(
        204,
        Tus_Version=VERSION,
        Tus_Extension=EXTENSIONS,
        Tus_Checksum_Algorithm=",".join(_ALGORITHMS),
    )
    if max_size is not None:
        response["Tus-Max-Size"] = str(max_size)
    return response


def where_it_stands(upload: Upload, status: int) -> HttpResponse:
    response = answer(status, Upload_Offset=upload.offset)
    if not upload.outcome:
        response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


def method_of(request: HttpRequest) -> str:
    """Some networks let only GET and POST pass; the protocol has a way round."""
    override = request.headers.get("X-HTTP-Method-Override", "")
    return override.upper() if request.method == "POST" and override else request.method


def speaks_it(request: HttpRequest) -> bool:
    return request.headers.get("Tus-Resumable") == VERSION


def whole_number(request: HttpRequest, name: str) -> int:
    """Raises BadHeader unless the header is there and a plain number."""
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise BadHeader(f"{name} must be a number")
    return int(text)


def checksum(request: HttpRequest) -> Callable[[bytes | bytearray], bool] | None:
    """Whether the piece is what was sent, as a question to ask of it; None without.

    Raises BadHeader.
    """
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    name, _space, encoded = header.partition(" ")
    if name not in _ALGORITHMS:
        raise BadHeader("Upload-Checksum names an unknown algorithm")
    try:
        expected = base64.b64decode(encoded, validate=True)
    except ValueError as error:  # not base64, or not even ASCII
        raise BadHeader("Upload-Checksum is no base64") from error
    return lambda data: _ALGORITHMS[name](data).digest() == expected


def metadata(text: str) -> dict[str, str]:
    """The pairs of Upload-Metadata. Raises BadHeader."""
    if len(text) > MAX_METADATA:
        raise BadHeader("Upload-Metadata is too long")
    pairs = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _space, encoded = pair.partition(" ")
        try:
            value = base64.b64decode(encoded, validate=True).decode()
        except ValueError as error:  # UnicodeDecodeError is one too
            raise BadHeader("Upload-Metadata is no base64 of UTF-8") from error
        if not key.isascii() or key in pairs or "\x00" in value:
            raise BadHeader("Upload-Metadata has a key that is wrong or twice there")
        pairs[key] = value
    return pairs
