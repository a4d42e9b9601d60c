"""A rendered page: its headers, its bodies, how long it lasts."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import brotli
from django.utils.cache import cc_delim_re

Headers = list[tuple[str, str]]

CACHE_CONTROL = "max-age=0, s-maxage=1"
"""Browsers ask each time (and mostly hear 304); a proxy asks once a second."""
VARY = ("Accept-Encoding", "Cookie")
ENCODINGS = ("", "gzip", "br")
WORTHWHILE = 256
"""Bytes from which compressing pays."""
_OF_THE_BODY = {"content-length", "content-encoding", "content-type", "etag"}


class Answer:
    """All that is sent of a page in one encoding, ready."""

    __slots__ = ("body", "etag", "headers", "unchanged")

    def __init__(self, page_headers: Headers, body: bytes, encoding: str, tag: str):
        self.body = [body]
        self.etag = f'"{tag}-{encoding}"' if encoding else f'"{tag}"'
        self.headers = [
            *page_headers,
            ("ETag", self.etag),
            ("Content-Length", str(len(body))),
        ]
        if encoding:
            self.headers.append(("Content-Encoding", encoding))
        self.unchanged = [
            (name, value)
            for name, value in self.headers
            if name.lower() not in _OF_THE_BODY or name == "ETag"
        ]

    def matches(self, if_none_match: str) -> bool:
        """Whether whoever asks has it already; a proxy may have made the tag weak."""
        if if_none_match == self.etag:
            return True
        tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
        return any(tag in (self.etag, "*") for tag in tags)


class Bodies:
    """One text in its encodings, each made when it is first asked for."""

    __slots__ = ("_answers", "_headers", "_made", "plain", "tag")

    def __init__(self, headers: Headers, plain: bytes, made: dict[str, bytes]) -> None:
        self._headers = headers
        self._made = {"": plain} | made
        self._answers: dict[str, Answer] = {}
        self.plain = plain
        self.tag = hashlib.blake2b(plain, digest_size=12).hexdigest()

    def answer(self, encoding: str) -> Answer:
        found = self._answers.get(encoding)
        if found is None:
            if len(self.plain) < WORTHWHILE:
                encoding = ""
            body = self.encoded(encoding)
            found = Answer(self._headers, body, encoding, self.tag)
            self._answers[encoding] = found
        return found

    def encoded(self, encoding: str) -> bytes:
        if encoding not in self._made:
            self._made[encoding] = compress(self.plain, encoding)
        return self._made[encoding]


@dataclass(slots=True, weakref_slot=True, eq=False)
class Page:
    """One page as this process holds it."""

    headers: Headers
    areas: frozenset[str]
    versions: dict[str, str]
    """Of its areas when it was rendered; none if Valkey was away."""
    expires: float
    """The moment (seconds since the epoch, on our clock) from which it is too old."""
    parts: list[bytes]
    """The text around the fragments: one more than there are `marks`."""
    marks: tuple[str, ...] = ()
    values: tuple[bytes, ...] = ()
    """The fragments as they were last seen."""
    counted: bool = False
    made: float = field(default_factory=time.monotonic)
    seen: object = None
    """The snapshot of the versions that it was last found to fit."""
    generation: int = -1
    """Of the fragments, when `values` were last compared with them."""
    used: bool = False
    ready: dict[str, bytes] = field(default_factory=dict)
    bodies: Bodies = field(init=False)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.fill(self.values, self.ready)
        # Its encodings make up about half as much again.
        self.size = 2 * len(self.bodies.plain) + 1000

    def fill(
        self, values: Sequence[bytes], made: dict[str, bytes] | None = None
    ) -> None:
        """Put these fragments between the parts."""
        pieces = [self.parts[0]]
        for value, part in zip(values, self.parts[1:], strict=True):
            pieces += (value, part)
        self.bodies = Bodies(self.headers, b"".join(pieces), made or {})
        self.values = tuple(values)

    def dump(self) -> bytes:
        """For Valkey; with its compressed bodies, unless they change all the time."""
        chunks = [*self.parts, *self.values]
        ready = () if self.marks else ENCODINGS[1:]
        if len(self.bodies.plain) < WORTHWHILE:
            ready = ()
        chunks += [self.bodies.encoded(encoding) for encoding in ready]
        facts = {
            "headers": self.headers,
            "areas": sorted(self.areas),
            "versions": self.versions,
            "expires": self.expires,
            "marks": self.marks,
            "counted": self.counted,
            "ready": ready,
            "lengths": [len(chunk) for chunk in chunks],
        }
        return b"\n".join([json.dumps(facts).encode(), b"".join(chunks)])

    @classmethod
    def load(cls, stored: bytes) -> Page:
        head, _, rest = stored.partition(b"\n")
        facts = json.loads(head)
        chunks, start = [], 0
        for length in facts["lengths"]:
            chunks.append(rest[start : start + length])
            start += length
        count = len(facts["marks"])
        ready = chunks[2 * count + 1 :]
        return cls(
            headers=[(name, value) for name, value in facts["headers"]],
            areas=frozenset(facts["areas"]),
            versions=facts["versions"],
            expires=facts["expires"],
            parts=chunks[: count + 1],
            marks=tuple(facts["marks"]),
            values=tuple(chunks[count + 1 : 2 * count + 1]),
            counted=facts["counted"],
            ready=dict(zip(facts["ready"], ready, strict=True)),
        )


def page_headers(headers: Iterable[tuple[str, str]]) -> Headers:
    """What the view sent, and what whoever keeps the page must know."""
    kept, vary = [], []
    for name, value in headers:
        lower = name.lower()
        if lower == "vary":
            vary += cc_delim_re.split(value)
        elif lower not in {"content-length", "cache-control", "etag"}:
            kept.append((name, value))
    known = {name.lower() for name in VARY}
    others = [name for name in vary if name.lower() not in known]
    return [
        *kept,
        ("Vary", ", ".join([*VARY, *others])),
        ("Cache-Control", CACHE_CONTROL),
    ]


def may_be_kept(status: str, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether the answer is a page for everybody, as far as it says itself."""
    if not status.startswith("200"):
        return False
    for name, value in headers:
        lower = name.lower()
        if lower in {"set-cookie", "content-encoding"}:
            return False
        if lower == "cache-control" and any(
            word in value for word in ("no-store", "private", "no-cache")
        ):
            return False
    return True


def compress(plain: bytes, encoding: str) -> bytes:
    """Levels that cost about a millisecond for a page and lose little."""
    if encoding == "br":
        return brotli.compress(plain, mode=brotli.MODE_TEXT, quality=5)
    if encoding == "gzip":
        return gzip.compress(plain, 6, mtime=0)
    return plain
