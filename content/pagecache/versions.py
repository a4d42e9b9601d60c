"""The versions of the areas, kept in Valkey and looked up twice a second.

A version is a random word, never a counter: one that Valkey lost comes back as a new
one, so that no page stored under an old one is ever served again.

An area changes its version at most once a second. A change that comes sooner leaves
word beside the version (`next`), and whoever looks after the second is over makes it
the version. Each lookup is told how long that still takes and comes back by then, so
the change is seen within one second of its commit, whoever wrote it and even if that
process has died. Valkey's own clock decides, so that clocks of servers do not matter.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable

import redis

from content.pagecache.valkey import PAUSE, PREFIX, Away, Link

logger = logging.getLogger(__name__)

INTERVAL = 0.5
"""Seconds between two lookups of one process."""
HOLD = 1000
"""Milliseconds for which an area keeps its version."""
PATIENT = 0.1
"""Seconds after a lookup was due for which others go on with the one before."""

# KEYS are areas, ARGV[1] a fresh word. For each area: its version, and after how many
# milliseconds it will change (0: not that anybody knows).
_LOOK = f"""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = {{}}
for _, key in ipairs(KEYS) do
  local area = redis.call('HMGET', key, 'version', 'next', 'until')
  local version, waits = area[1], 0
  if not version then
    version = ARGV[1]
    redis.call('HSET', key, 'version', version, 'until', 0)
  elseif area[2] then
    waits = tonumber(area[3]) - now
    if waits <= 0 or waits > {HOLD} then
      version, waits = area[2], 0
      redis.call('HSET', key, 'version', version, 'until', now + {HOLD})
      redis.call('HDEL', key, 'next')
    end
  end
  table.insert(found, version)
  table.insert(found, waits)
end
return found
"""

_ANNOUNCE = f"""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, key in ipairs(KEYS) do
  local held = tonumber(redis.call('HGET', key, 'until') or 0) - now
  if held <= 0 or held > {HOLD} then
    redis.call('HSET', key, 'version', ARGV[1], 'until', now + {HOLD})
    redis.call('HDEL', key, 'next')
  else
    redis.call('HSET', key, 'next', ARGV[1])
  end
end
"""


class Snapshot:
    """What one lookup found; another one with the same result is the same object.

    `away`: Valkey did not answer, the versions are the last known ones.
    """

    __slots__ = ("away", "versions")

    def __init__(self, versions: dict[str, str], *, away: bool) -> None:
        self.versions = versions
        self.away = away

    def of(self, areas: Iterable[str]) -> dict[str, str]:
        """The versions a page of these areas is stored under; none while away."""
        if self.away:
            return {}
        return {area: self.versions[area] for area in areas if area in self.versions}

    def fits(self, areas: Iterable[str], versions: dict[str, str]) -> bool:
        known = self.versions.get
        return bool(versions) and all(
            area in versions and versions[area] == known(area) for area in areas
        )


class Versions:
    """One process's view of the versions."""

    def __init__(
        self,
        link: Link,
        names: Iterable[str],
        renewed: Callable[[set[str]], None] = lambda areas: None,
    ) -> None:
        self._link = link
        self._renewed = renewed
        self._names = names  # grows while features are loaded
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._due = 0.0
        self._was_away = False

    def now(self) -> Snapshot:
        """The snapshot, at most half a second old."""
        if time.monotonic() < self._due:
            return self._snapshot
        # One looks, the others go on with what they have unless that is really old.
        overdue = time.monotonic() > self._due + PATIENT
        if not self._lock.acquire(blocking=overdue):
            return self._snapshot
        try:
            if time.monotonic() >= self._due:
                self._look()
            return self._snapshot
        finally:
            self._lock.release()

    def knowing(self, areas: Iterable[str]) -> Snapshot:
        """`now`, looked up anew if an area was not known at the last lookup."""
        snapshot = self.now()
        if not snapshot.away and not snapshot.versions.keys() >= set(areas):
            with self._lock:
                self._look()
                snapshot = self._snapshot
        return snapshot

    def _look(self) -> None:
        areas = sorted(self._names)
        began, old = time.monotonic(), self._snapshot
        try:
            if self._was_away:
                # Changes may have gone unheard, and a Valkey that comes back may
                # remember less than it knew.
                _run(self._link, _ANNOUNCE, areas)
            found = _run(self._link, _LOOK, areas)
        except Away:
            self._was_away = True
            self._snapshot = Snapshot(old.versions if old else {}, away=True)
            self._due = began + INTERVAL
            return
        self._was_away = False
        versions = {area: found[2 * place].decode() for place, area in enumerate(areas)}
        if old is None or old.away or old.versions != versions:
            known = old.versions if old else {}
            self._renewed({area for area in areas if known.get(area) != versions[area]})
            self._snapshot = Snapshot(versions, away=False)
        waits = [ms / 1000 for ms in found[1::2] if ms]
        self._due = began + min([INTERVAL, *waits])


def announce(*areas: str) -> None:
    """Renew the versions of the areas now; while Valkey is away, as soon as it is back.

    Never raises: what is written is written. Processes that serve pages notice by
    themselves that Valkey was away; the thread here is for a link that only we lost.
    """
    try:
        _run(_link, _ANNOUNCE, areas)
    except Away:
        logger.warning("Valkey is away: the change in %s is announced later", areas)
        _later(areas)


def _later(areas: Iterable[str]) -> None:
    with _retry_lock:
        first = not _unsaid
        _unsaid.update(areas)
        if first:
            threading.Thread(target=_say_again, daemon=True).start()


def _say_again() -> None:
    while True:
        time.sleep(PAUSE / 2)
        with _retry_lock:
            areas = sorted(_unsaid)
            try:
                _run(_link, _ANNOUNCE, areas)
            except Away:
                continue
            _unsaid.clear()
            return


def _run(link: Link, script: str, areas: Iterable[str]) -> list:
    keys = [f"{PREFIX}area:{area}" for area in areas]
    word = secrets.token_hex(8)

    def run(client: redis.Redis) -> list:
        return client.register_script(script)(keys=keys, args=[word])

    return link.ask(run)


_link = Link()
_unsaid: set[str] = set()
_retry_lock = threading.Lock()
