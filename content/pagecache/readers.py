"""Counting readers, without knowing anything of any of them.

Each process counts in its memory and adds that to a hash in Valkey every few seconds;
`collecting` brings the hash into the table once a minute. The hash holds totals, under
a random word made with it, and the table keeps the greatest total for each word: so
collecting twice, or by two workers at once, counts nobody twice, and a hash that
Valkey lost and began anew adds to what is in the table already.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import secrets
import threading
from functools import lru_cache

from content import clock
from content.pagecache.keys import Environ
from content.pagecache.valkey import PREFIX, Away, Link
from vietnam.dates import local_day

logger = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two flushes; what a process that dies loses at most."""
MOST = 10_000
"""Addresses counted while Valkey is away."""
KEPT = 3 * 24 * 3600
WORD = b"-"
"""The field of the hash with its word: no address looks like that."""

# Browsers all say Mozilla/5.0 or Opera; nobody else does unless it pretends.
_BROWSER = re.compile(r"mozilla/|opera/|zalo|fbav", re.I)
_ROBOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|scan|monitor|headless|lighthouse|python|curl"
    r"|wget|facebookexternalhit|mediapartners|feed|archiv|http://|https://|\+http",
    re.I,
)


class Readers:
    """Counts of one process by address."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def count(self, environ: Environ) -> None:
        """One more reader of this address, unless it is a robot or a look ahead."""
        if (
            environ["REQUEST_METHOD"] != "GET"
            or is_robot(environ.get("HTTP_USER_AGENT", "")[:300])
            or "HTTP_SEC_PURPOSE" in environ
            or "HTTP_PURPOSE" in environ
        ):
            return
        path = environ["PATH_INFO"]
        with self._lock:
            if path in self._counts or len(self._counts) < MOST:
                self._counts[path] = self._counts.get(path, 0) + 1
            if self._timer is None:
                self._timer = threading.Timer(EVERY, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Add up what was counted; lost rather than counted twice if Valkey breaks off.

        A few seconds around midnight may go to the next day.
        """
        with self._lock:
            counts, self._counts, self._timer = self._counts, {}, None
        if not counts:
            return
        key = name_of(local_day(clock.now()))

        def add(client) -> None:
            pipe = client.pipeline()
            pipe.hsetnx(key, WORD, secrets.token_hex(8))
            for path, number in counts.items():
                pipe.hincrby(key, path.encode("iso-8859-1"), number)
            pipe.expire(key, KEPT)
            pipe.execute()

        try:
            self._link.ask(add)
        except Away as away:
            if not away.asked:
                self._give_back(counts)

    def _give_back(self, counts: dict[str, int]) -> None:
        with self._lock:
            for path, number in counts.items():
                if path in self._counts or len(self._counts) < MOST:
                    self._counts[path] = self._counts.get(path, 0) + number


@lru_cache(maxsize=2048)
def is_robot(agent: str) -> bool:
    """Crudely, and in doubt yes: most robots say so, the others nobody can tell."""
    return not _BROWSER.search(agent) or bool(_ROBOT.search(agent))


def name_of(day: dt.date) -> str:
    """The hash in which the readers of this day in Việt Nam are counted."""
    return f"{PREFIX}views:{day.isoformat()}"
