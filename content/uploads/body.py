"""Reading one piece: bounded in size and in time.

The web server hands over a body while it still arrives, so a sender who trickles holds
a thread. A piece is small, must be there within two minutes and must flow; what stands
still within one read is what the server in front ends (docs/uploads.md).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, UnreadablePostError

MAX_PIECE = 1024 * 1024
DEADLINE = 120  # seconds for one piece
MIN_RATE = 1024  # bytes a second: a tenth of what the slowest phone network brings
GRACE = 15  # seconds before the rate counts
_READ = 16 * 1024


class TooSlow(Exception):
    """The piece would hold a thread for too long."""


class NoRoom(Exception):
    """As many pieces as this process takes at once are being read already."""


def read(request: HttpRequest, length: int) -> bytearray:
    """The bytes that arrived, fewer when the connection broke. Raises TooSlow."""
    began = time.monotonic()
    data = bytearray()
    while len(data) < length:
        try:
            chunk = request.read(min(_READ, length - len(data)))
        except (UnreadablePostError, OSError):
            break
        if not chunk:
            break
        data += chunk
        spent = time.monotonic() - began
        if spent > DEADLINE or (spent > GRACE and len(data) < spent * MIN_RATE):
            raise TooSlow(f"{len(data)} bytes in {spent:.0f} s")
    return data


_taken = 0
_lock = threading.Lock()


@contextmanager
def room() -> Iterator[None]:
    """Leaves threads to the pages where both share a process. Raises NoRoom.

    settings.UPLOAD_AT_ONCE; 0 where uploads have a process of their own.
    """
    global _taken
    most = settings.UPLOAD_AT_ONCE
    with _lock:
        if most and _taken >= most:
            raise NoRoom
        _taken += 1
    try:
        yield
    finally:
        with _lock:
            _taken -= 1
