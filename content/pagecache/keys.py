"""Which page a request asks for, or that the cache has nothing to do with it.

The key holds everything that the page may depend on, and the page is then rendered
from nothing but its key (`Reader.environ`): no header or cookie beside it can change
what others get to see.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.handlers.wsgi import get_path_info
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

Environ = dict[str, Any]

LONGEST = 500
"""Characters of a path, a query or an Accept-Encoding; of cookies eight times that."""

# Added by whoever links to us; no page of ours depends on them.
TRACKING = frozenset(
    {
        *("fbclid", "gclid", "gbraid", "wbraid", "dclid", "gad_source"),
        "gad_campaignid",
        *("msclkid", "ttclid", "twclid", "igshid", "igsh", "yclid", "_ga", "_gl"),
        *("mc_cid", "mc_eid", "zarsrc", "zalo_id", "mibextid", "ref_src", "si"),
    }
)  # fmt: skip
_TRACKING_PREFIX = "utm_"
_QUALITY = re.compile(r"q=0(\.0*)?", re.ASCII)


class Key(NamedTuple):
    host: str
    secure: bool
    path: str
    query: str
    """Without what tracks, sorted by name, as it was encoded."""
    cookies: str
    """The choices that differ from the default, as a Cookie header."""

    @property
    def parameters(self) -> list[str]:
        """The names in the query, once for each time they stand there."""
        return [part.partition("=")[0] for part in self.query.split("&") if part]


class Reader:
    """Reads requests; what it has read once it knows by heart, up to a bound."""

    def __init__(self) -> None:
        self.choices: dict[str, tuple[str, ...]] = settings.PAGE_CACHE_COOKIES
        self.personal = {settings.SESSION_COOKIE_NAME, "messages"}
        self.hosts = settings.ALLOWED_HOSTS
        self.redirects = settings.SECURE_SSL_REDIRECT
        header = settings.SECURE_PROXY_SSL_HEADER
        self.proxy_header, self.proxy_value = header or ("", "")
        self._host = lru_cache(maxsize=256)(self._host)
        self._cookies = lru_cache(maxsize=1024)(self._cookies)
        self._query = lru_cache(maxsize=1024)(self._query)

    def key(self, environ: Environ) -> Key | None:
        """None: hands off. Nothing here asks whether the page exists or is public."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        get = environ.get
        path, query, cookies = environ["PATH_INFO"], "", ""
        if header := get("HTTP_COOKIE"):
            cookies = self._cookies(header) if len(header) <= 8 * LONGEST else None
        if raw := get("QUERY_STRING"):
            query = self._query(raw) if len(raw) <= LONGEST else None
        host = self._host(get("HTTP_HOST", "")[:LONGEST])
        if not host or cookies is None or query is None or len(path) > LONGEST:
            return None
        secure = self._secure(environ)
        if (self.redirects and not secure) or get("SCRIPT_NAME"):
            return None
        return Key(host, secure, path, query, cookies)

    def environ(self, key: Key, environ: Environ) -> Environ:
        """The request that renders this page, whoever asks for it."""
        bare = {
            name: value
            for name, value in environ.items()
            if not name.startswith(("HTTP_", "CONTENT_", "REMOTE_"))
        }
        bare |= {
            "REQUEST_METHOD": "GET",
            "HTTP_HOST": key.host,
            "QUERY_STRING": key.query,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "https" if key.secure else "http",
        }
        if key.cookies:
            bare["HTTP_COOKIE"] = key.cookies
        return bare

    def _host(self, host: str) -> str:
        """As Django would have it, in lower case; "" for one that is not ours."""
        domain, _port = split_domain_port(host)
        return host.lower() if domain and validate_host(domain, self.hosts) else ""

    def _secure(self, environ: Environ) -> bool:
        """As `HttpRequest.scheme` decides."""
        said = environ.get(self.proxy_header) if self.proxy_header else None
        if said is not None:
            return said.split(",", 1)[0].strip() == self.proxy_value
        return environ["wsgi.url_scheme"] == "https"

    def _cookies(self, header: str) -> str | None:
        """The choices in their own order; None for somebody who is signed in."""
        given = parse_cookie(header)
        if not self.personal.isdisjoint(given):
            return None
        return "; ".join(
            f"{name}={given[name]}"
            for name, allowed in self.choices.items()
            if given.get(name) in allowed[1:]
        )

    @staticmethod
    def _query(raw: str) -> str:
        parts = [part for part in raw.split("&") if part and not _tracks(part)]
        return "&".join(sorted(parts, key=lambda part: part.partition("=")[0]))


def _tracks(part: str) -> bool:
    name = part.partition("=")[0]
    return name in TRACKING or name.startswith(_TRACKING_PREFIX)


@lru_cache(maxsize=256)
def encoding(accepted: str) -> str:
    """The best body for this Accept-Encoding: "br", "gzip" or "" for the plain one."""
    wanted: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        wanted[name] = not any(_QUALITY.fullmatch(word) for word in parameters)
    anything = wanted.get("*", False)
    return next((name for name in ("br", "gzip") if wanted.get(name, anything)), "")


def path_of(environ: Environ) -> str:
    """The address as Django's views know it."""
    return get_path_info(environ)
