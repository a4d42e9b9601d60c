"""Sending a file in the pieces that a player asks for."""

from __future__ import annotations

import re
from typing import BinaryIO

from django.core.files import File
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)

_ONE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)
_CHUNK = 256 * 1024


def ranged(request: HttpRequest, file: File, size: int) -> HttpResponseBase:
    """The whole file (200), the piece asked for (206), or that there is none (416).

    `file` is the value of a FileField with the private storage. Raises
    FileNotFoundError.

    Phones refuse to play a film whose server knows no pieces, and jumping to the
    middle must not load what lies before (RFC 9110, section 14). Several pieces at
    once are answered with the whole.
    """
    asked = _ONE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()):
        response: HttpResponseBase = StreamingHttpResponse(Piece(file, 0, size))
        response["Content-Length"] = str(size)
    else:
        start, end = _bounds(*asked.groups(), size)
        if start >= size or start > end:
            response = HttpResponse(status=416)
            response["Content-Range"] = f"bytes */{size}"
            return response
        length = end - start + 1
        response = StreamingHttpResponse(Piece(file, start, length), status=206)
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
        response["Content-Length"] = str(length)
    response["Accept-Ranges"] = "bytes"
    return response


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """ "500-" from there on, "-500" the last 500 bytes."""
    if not first:
        return (max(size - int(last), 0), size - 1) if int(last) else (size, 0)
    return int(first), min(int(last) if last else size - 1, size - 1)


class Piece:
    """Some bytes of a stored file, one chunk in memory; ends with the response."""

    def __init__(self, file: File, start: int, length: int) -> None:
        self.stream: BinaryIO = file.storage.read_from(file.name, start, length)
        self.left = length

    def __iter__(self) -> Piece:
        return self

    def __next__(self) -> bytes:
        chunk = self.stream.read(min(_CHUNK, self.left))
        if not chunk:
            raise StopIteration
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        self.stream.close()
