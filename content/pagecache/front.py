"""The door in front of Django: answers public pages, lets everything else through."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from content import clock
from content.pagecache import areas, fragments
from content.pagecache.keys import Environ, Key, Reader, encoding, path_of
from content.pagecache.pages import Headers, Page, may_be_kept, page_headers
from content.pagecache.readers import Readers
from content.pagecache.store import Store
from content.pagecache.valkey import PREFIX, Away, Link
from content.pagecache.versions import Snapshot, Versions
from content.pagecache.views import FOUND, Public, public_view

LIFE = 300.0
"""Seconds after which a page is rendered anew even if nobody said that it changed."""
LIFE_BLIND = 2.0
"""The same while Valkey is away and nobody can hear of a change."""
LIFE_ORPHANED = 24 * 3600.0
"""Seconds for which a page outlasts a database that is down."""
PAUSE = 2.0
"""Seconds for which a database that is down is not asked for a page."""
PATIENCE = 1.0
"""Seconds to wait for somebody else who renders the same page."""
LOOK_AGAIN = 0.025
LARGEST = 1_000_000
"""Bytes; a page beyond that is not kept."""

Start = Callable[..., object]


@dataclass(frozen=True)
class Raw:
    """An answer that is not kept."""

    status: str
    headers: Headers
    body: bytes


class PageCache:
    """Wraps Django's WSGI application; one of it is one process's store."""

    def __init__(self, application: Callable) -> None:
        self.application = application
        self.reader = Reader()
        self.store = Store(
            most_bytes=settings.PAGE_CACHE_MEGABYTES * 1024 * 1024,
            most_pages=settings.PAGE_CACHE_PAGES,
        )
        self.link = Link()
        self.versions = Versions(self.link, areas.names(), areas.renewed)
        self.fragments = fragments.Fragments()
        self.readers = Readers(self.link)
        self._offset = settings.CLOCK_OFFSET.total_seconds()
        self._flights: dict[Key, threading.Event] = {}
        self._moments: dict[str, tuple[str, dt.datetime, dt.datetime | None]] = {}
        self._database_again_at = 0.0
        self._release = release()
        self._site = urlsplit(settings.SITE_URL).netloc.lower()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        key = self.reader.key(environ)
        if key is None:
            return self._past(environ, start)
        page = self.store.get(key)
        if page is None or not self._is_fresh(page):
            found = self._find(key, page, environ)
            if found is None:
                return self.application(environ, start)
            if isinstance(found, Raw):
                start(found.status, found.headers)
                return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]
            page = found
        return self._send(page, environ, start)

    def _send(self, page: Page, environ: Environ, start: Start) -> Iterable[bytes]:
        page.used = True
        if page.marks:
            self.fragments.fill(page, clock.now())
        if page.counted:
            self.readers.count(environ)
        answer = page.bodies.answer(encoding(environ.get("HTTP_ACCEPT_ENCODING", "")))
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and answer.matches(known):
            start("304 Not Modified", answer.unchanged)
            return []
        start("200 OK", answer.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else answer.body

    def _past(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Somebody signed in reads, or it is no reading at all."""
        if environ["REQUEST_METHOD"] == "GET" and "HTTP_COOKIE" in environ:
            return self.application(environ, self._counting(environ, start))
        return self.application(environ, start)

    def _counting(self, environ: Environ, start: Start) -> Start:
        def start_and_count(status: str, *rest):
            public = environ.get(FOUND)
            if public and public.counted and status.startswith("200"):
                self.readers.count(environ)
            return start(status, *rest)

        return start_and_count

    # --- Is it still good? ------------------------------------------------------

    def _is_fresh(self, page: Page) -> bool:
        if time.time() + self._offset >= page.expires:
            return False
        snapshot = self.versions.now()
        if page.seen is snapshot:
            return True
        return self._fits(page, snapshot)

    def _fits(self, page: Page, snapshot: Snapshot) -> bool:
        if snapshot.away:
            return time.monotonic() - page.made < LIFE_BLIND
        if not snapshot.fits(page.areas, page.versions):
            return False
        page.seen = snapshot
        return True

    def _only_aged(self, page: Page | None) -> bool:
        """Nothing that it shows has changed that we know of: it may be shown once more.

        Not so when a moment has passed (a deadline, an article's time): that is when
        it was rendered less than its life ago.
        """
        return (
            page is not None
            and time.monotonic() - page.made >= LIFE
            and self.versions.now().fits(page.areas, page.versions)
            and time.time() + self._offset < page.expires + PATIENCE
        )

    @staticmethod
    def _outlasts(page: Page | None) -> bool:
        """Better than no page at all while the database is down."""
        return page is not None and time.monotonic() - page.made < LIFE_ORPHANED

    # --- Where else it may come from --------------------------------------------

    def _find(self, key: Key, old: Page | None, environ: Environ) -> Page | Raw | None:
        """The page, or what Django says instead; None for an address not ours."""
        public = public_view(path_of(environ))
        if public is None or not _asks_only(public, key):
            return None
        if time.monotonic() < self._database_again_at and self._outlasts(old):
            return old
        flight = threading.Event()
        other = self._flights.setdefault(key, flight)
        if other is not flight:
            if self._only_aged(old):
                return old
            other.wait(PATIENCE)
            page = self.store.get(key)
            if page and self._is_fresh(page):
                return page
            return self._render(key, public, old, environ)
        try:
            return self._shared(key) or self._in_turn(key, public, old, environ)
        finally:
            del self._flights[key]
            flight.set()

    def _shared(self, key: Key) -> Page | None:
        """What another process has stored, if it is good."""
        try:
            stored = self.link.ask(lambda client: client.get(self._name("page", key)))
        except Away:
            return None
        if not stored:
            return None
        page = Page.load(stored)
        if not self._is_fresh(page):
            return None
        self._keep(key, page)
        return page

    def _in_turn(
        self, key: Key, public: Public, old: Page | None, environ: Environ
    ) -> Page | Raw:
        """Render, one process at a time; whoever waited too long does it as well."""
        name, until = self._name("lock", key), time.monotonic() + PATIENCE
        lock = {"nx": True, "px": int(5 * PATIENCE * 1000)}
        try:
            while not self.link.ask(lambda client: client.set(name, 1, **lock)):
                if self._only_aged(old):
                    return old
                if time.monotonic() > until:
                    break
                time.sleep(LOOK_AGAIN)
                if page := self._shared(key):
                    return page
        except Away:
            return self._render(key, public, old, environ)
        try:
            return self._render(key, public, old, environ)
        finally:
            with contextlib.suppress(Away):
                self.link.ask(lambda client: client.delete(name))

    # --- Rendering --------------------------------------------------------------

    def _render(
        self, key: Key, public: Public, old: Page | None, environ: Environ
    ) -> Page | Raw:
        # Before the first query: what is read later is at least as new as this, so
        # nothing old is ever stored under a new version.
        snapshot = self.versions.knowing(public.areas)
        began = clock.now()
        page = self._ask_django(key, public, snapshot, began, environ)
        if isinstance(page, Page):
            self._keep(key, page)
            self._share(key, page)
        elif page.status.startswith("503"):
            self._database_again_at = time.monotonic() + PAUSE
            if self._outlasts(old):
                return old
        return page

    def _ask_django(
        self,
        key: Key,
        public: Public,
        snapshot: Snapshot,
        began: dt.datetime,
        environ: Environ,
    ) -> Page | Raw:
        said: list = []

        def start(status: str, headers: Headers, *rest) -> None:
            said[:] = status, headers

        with fragments.recording() as marks:
            response = self.application(self.reader.environ(key, environ), start)
            try:
                text = b"".join(response)
                status, headers = said
                if not may_be_kept(status, headers) or len(text) > LARGEST:
                    text = fragments.whole(text, marks)
                    return Raw(status, headers, text)
                expires = self._expires(public, snapshot, began)
            finally:
                if hasattr(response, "close"):
                    response.close()
        parts, found, values = fragments.cut(text, marks)
        return Page(
            headers=page_headers(headers),
            areas=public.areas,
            versions=snapshot.of(public.areas),
            expires=expires,
            parts=parts,
            marks=found,
            values=values,
            counted=public.counted,
        )

    def _expires(self, public: Public, snapshot: Snapshot, now: dt.datetime) -> float:
        ends = [now + dt.timedelta(seconds=LIFE), areas.midnight_after(now)]
        ends += [self._next_moment(area, snapshot, now) for area in public.areas]
        return min(end for end in ends if end).timestamp()

    def _next_moment(
        self, area: str, snapshot: Snapshot, now: dt.datetime
    ) -> dt.datetime | None:
        """Asked once for each version of an area, and again when it has passed."""
        version = snapshot.of([area]).get(area)
        known, since, moment = self._moments.get(area, ("", now, None))
        if version and known == version and since <= now and not _past(moment, now):
            return moment
        moment = areas.next_moment(area, now)
        if version:
            self._moments[area] = version, now, moment
        return moment

    def _keep(self, key: Key, page: Page) -> None:
        if page.marks:
            self.fragments.learn(page)
        self.store.put(key, page)

    def _share(self, key: Key, page: Page) -> None:
        left = int((page.expires - time.time() - self._offset) * 1000)
        if not page.versions or left <= 0 or not self._is_shared(key.host):
            return
        name, stored = self._name("page", key), page.dump()
        with contextlib.suppress(Away):
            self.link.ask(lambda client: client.set(name, stored, px=left))

    def _is_shared(self, host: str) -> bool:
        """A port is anybody's to make up: 65,535 of each page would fill Valkey."""
        return ":" not in host or host == self._site

    def _name(self, kind: str, key: Key) -> str:
        digest = hashlib.blake2b(repr((self._release, *key)).encode(), digest_size=16)
        return f"{PREFIX}{kind}:{digest.hexdigest()}"


def release() -> str:
    """Differs when code, templates, texts or style differ.

    A page that the release before has stored would name style sheets that are gone.
    """
    digest = hashlib.blake2b(digest_size=16)
    root = Path(settings.BASE_DIR)
    patterns = ("*/*.py", "*/*/*.py", "templates/**/*", "locale/**/*.mo")
    files = sorted({file for pattern in patterns for file in root.glob(pattern)})
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    for file in [*files, manifest]:
        if file.is_file():
            found = file.stat()
            digest.update(f"{file} {found.st_size} {found.st_mtime_ns}".encode())
    # What pages say of the portal itself.
    digest.update(repr((settings.SITE_URL, settings.DEBUG)).encode())
    digest.update(repr(settings.CLOCK_OFFSET).encode())
    return digest.hexdigest()


def _asks_only(public: Public, key: Key) -> bool:
    """Whether the query has nothing but what chooses the page, each once."""
    names = key.parameters
    return len(set(names)) == len(names) and public.query.issuperset(names)


def _past(moment: dt.datetime | None, now: dt.datetime) -> bool:
    return moment is not None and moment <= now
