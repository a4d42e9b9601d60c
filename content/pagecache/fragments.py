"""Parts of a page that are asked anew each second, while the rest stays as it is.

A template shows such a part through `show`. While the cache renders a page, a mark goes
along (`\\0source key variant language\\0the part\\0`: neither PostgreSQL nor a request
can hold a NUL), and the page is cut at it. At most once a second a process asks each
source for all its parts at once and puts those that changed into their pages.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import weakref
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from django.core.signals import request_finished, request_started
from django.db import Error
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from content.pagecache.pages import Page
from content.registry import Registry

logger = logging.getLogger(__name__)

LIFE = 1.0
"""Seconds a part may be old."""
PAUSE = 2.0
"""Seconds for which a database that is down is not asked again."""


class Source(Protocol):
    """Where parts of one kind come from."""

    def load(self, keys: list[int], now: dt.datetime) -> Mapping[int, Any]:
        """What the parts are about, by key, in one query; those that are gone lack."""
        ...

    def facts(self, item: Any, now: dt.datetime) -> Hashable:
        """Differs when a part would look different."""
        ...

    def render(self, item: Any, variant: str, now: dt.datetime) -> str:
        """The part in the active language, the same that the page showed."""
        ...


sources: Registry[Source] = Registry("content.pagecache.fragments")

_recording: ContextVar[list[str] | None] = ContextVar("recording", default=None)


def show(source: str, key: int, variant: str, html: str) -> SafeString:
    """The part, with its mark if the page is being rendered for the cache."""
    marks = _recording.get()
    if marks is None:
        return mark_safe(html)
    mark = f"{source} {key} {variant} {translation.get_language()}"
    marks.append(mark)
    return mark_safe(f"\0{mark}\0{html}\0")


@contextmanager
def recording() -> Iterator[list[str]]:
    """Within it `show` leaves marks; gives those that it left."""
    token = _recording.set([])
    try:
        yield _recording.get()
    finally:
        _recording.reset(token)


def cut(text: bytes, marks: list[str]) -> tuple[list[bytes], tuple, tuple]:
    """The text around the parts, their marks, and the parts."""
    if not marks:
        return [text], (), ()
    pieces = text.split(b"\0")
    found = tuple(mark.decode() for mark in pieces[1::3])
    return pieces[0::3], found, tuple(pieces[2::3])


def whole(text: bytes, marks: list[str]) -> bytes:
    """The text as it looks without marks."""
    parts, _marks, values = cut(text, marks)
    joined = [parts[0]]
    for value, part in zip(values, parts[1:], strict=True):
        joined += (value, part)
    return b"".join(joined)


class Fragments:
    """What one process knows of the parts in its pages."""

    def __init__(self) -> None:
        self._pages: weakref.WeakSet[Page] = weakref.WeakSet()
        self._values: dict[str, bytes] = {}
        self._facts: dict[tuple[str, int], Hashable] = {}
        self._lock = threading.Lock()
        self._due = 0.0
        self._generation = 0

    def learn(self, page: Page) -> None:
        """A page that was just rendered or fetched; its parts are asked at once."""
        with self._lock:
            self._pages.add(page)
            for mark, value in zip(page.marks, page.values, strict=True):
                self._values[mark] = value
                self._facts.pop(_matter(mark), None)
            self._generation += 1
            self._due = min(self._due, time.monotonic())

    def fill(self, page: Page, now: dt.datetime) -> None:
        """Bring the parts of the page up to date."""
        if time.monotonic() >= self._due:
            self._refresh(now)
        if page.generation == self._generation:
            return
        generation = self._generation
        values = tuple(
            self._values.get(mark, value)
            for mark, value in zip(page.marks, page.values, strict=True)
        )
        if values != page.values:
            page.fill(values)
        page.generation = generation

    def _refresh(self, now: dt.datetime) -> None:
        # Whoever comes while another asks waits for the answer, but not for a
        # database that hangs.
        if not self._lock.acquire(timeout=LIFE / 4):
            return
        try:
            if time.monotonic() < self._due:
                return
            self._due = time.monotonic() + LIFE
            # Outside any request of Django's: what it does to connections that are old
            # or broken hangs on its signals.
            request_started.send(sender=type(self), environ={})
            try:
                self._ask(now)
            except Error:
                logger.warning("the database is away: parts of pages stay as they were")
                self._due = time.monotonic() + PAUSE
            finally:
                request_finished.send(sender=type(self))
        finally:
            self._lock.release()

    def _ask(self, now: dt.datetime) -> None:
        wanted: dict[str, dict[int, set[str]]] = {}
        for mark in {mark for page in list(self._pages) for mark in page.marks}:
            source, key = _matter(mark)
            wanted.setdefault(source, {}).setdefault(key, set()).add(mark)
        for source, keys in wanted.items():
            found = sources[source].load(sorted(keys), now)
            for key, item in found.items():
                self._update(source, key, item, keys[key], now)
        known = {
            mark for keys in wanted.values() for one in keys.values() for mark in one
        }
        for mark in self._values.keys() - known:
            del self._values[mark]
            self._facts.pop(_matter(mark), None)

    def _update(self, source: str, key: int, item, marks: set[str], now) -> None:
        facts = sources[source].facts(item, now)
        if self._facts.get((source, key)) == facts:
            return
        for mark in marks:
            _source, _key, variant, language = mark.split()
            with translation.override(language):
                value = sources[source].render(item, variant, now).encode()
            if self._values.get(mark) != value:
                self._values[mark] = value
                self._generation += 1
        self._facts[source, key] = facts


def _matter(mark: str) -> tuple[str, int]:
    source, key, _variant, _language = mark.split()
    return source, int(key)
