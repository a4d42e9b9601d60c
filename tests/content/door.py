"""Asking the portal at its very door: the page cache with Django behind it."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import brotli
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection

from content.pagecache import PageCache

BROWSER = "Mozilla/5.0 (Linux; Android 14) Chrome/141.0 Mobile Safari/537.36"


@contextmanager
def _connections_kept() -> Iterator[None]:
    """As Django's own test client: the transaction of the test outlives a request."""
    if not connection.in_atomic_block:
        yield
        return
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)


@dataclass
class Got:
    status: int
    headers: dict[str, str]
    body: bytes
    rendered: int
    """How many requests reached Django for it."""

    @property
    def text(self) -> str:
        encoding = self.headers.get("Content-Encoding")
        decode = {"br": brotli.decompress, "gzip": gzip.decompress}.get(encoding, bytes)
        return decode(self.body).decode()


class Door:
    """One process of the web server: a cache of its own before one Django."""

    def __init__(self) -> None:
        self.cache = PageCache(self._django)
        self.django = get_wsgi_application()
        self.rendered = 0

    def _django(self, environ, start):
        self.rendered += 1
        return self.django(environ, start)

    def get(self, address: str, *, method: str = "GET", **headers: str | None) -> Got:
        """`headers` by their name in lower case with _ for -; None leaves one out."""
        path, _, query = address.partition("?")
        given = {"host": "testserver", "user_agent": BROWSER} | headers
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(path).decode("iso-8859-1"),
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "203.0.113.9",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
        }
        environ |= {
            f"HTTP_{name.upper()}": value
            for name, value in given.items()
            if value is not None
        }
        said: list = []
        before = self.rendered

        def start(status, headers, *rest):
            said[:] = status, list(headers)

        with _connections_kept():
            response = self.cache(environ, start)
            body = b"".join(response)
            if hasattr(response, "close"):
                response.close()
        status, found = said
        return Got(int(status[:3]), dict(found), body, self.rendered - before)

    def half_a_second_later(self) -> Door:
        """The next request looks the versions up again."""
        self.cache.versions._due = 0
        return self

    def a_second_later(self) -> Door:
        """The next request asks for the parts that change all the time as well."""
        self.cache.fragments._due = 0
        return self.half_a_second_later()
