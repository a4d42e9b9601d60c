"""Counting in memory, adding up in Valkey."""

from __future__ import annotations

import atexit
import os
import threading
from bisect import bisect_left

from content.pagecache.valkey import Away, Link

EVERY = 5.0
"""Seconds between two flushes."""
MOST = 20_000
"""Different figures that one process holds while Valkey is away."""
KEY = "figures:counts"
BOUNDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds that divide durations."""
SEPARATOR = "\x1f"
SUM, COUNT = "sum", "count"


class Counters:
    """What one process has counted since the last flush."""

    def __init__(self) -> None:
        self._link = Link()
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._counts: dict[tuple[str, ...], float] = {}
        self._timer: threading.Timer | None = None
        self._process = os.getpid()

    def add(self, *amounts: tuple[tuple[str, ...], float]) -> None:
        """Add to the figures named."""
        with self._lock:
            if self._process != os.getpid():
                # A fork: the timer stayed behind, and what was counted is not ours.
                self._begin()
            for name, amount in amounts:
                if name in self._counts or len(self._counts) < MOST:
                    self._counts[name] = self._counts.get(name, 0) + amount
            if self._timer is None:
                self._timer = threading.Timer(EVERY, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Add up; lost rather than counted twice if Valkey breaks off."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, {}, None
        if not counts:
            return

        def send(client) -> None:
            pipe = client.pipeline(transaction=False)
            for name, amount in counts.items():
                pipe.hincrbyfloat(KEY, SEPARATOR.join(name), amount)
            pipe.execute()

        try:
            self._link.ask(send)
        except Away as away:
            if not away.asked:
                self.add(*counts.items())

    def read(self) -> dict[tuple[str, ...], float]:
        """All that all processes have counted. Raises Away."""
        found = self._link.ask(lambda client: client.hgetall(KEY))
        return {
            tuple(name.decode().split(SEPARATOR)): float(amount)
            for name, amount in found.items()
        }


_counters = Counters()
atexit.register(_counters.flush)
flush = _counters.flush
read = _counters.read


def count(name: str, *labels: str, more: int = 1) -> None:
    """One more, or as many."""
    _counters.add(((name, *labels), more))


def observe(name: str, seconds: float, *labels: str) -> None:
    """It took so long."""
    _counters.add(*durations(name, seconds, *labels))


def durations(name: str, seconds: float, *labels: str) -> tuple:
    """What an observation adds."""
    bucket = str(bisect_left(BOUNDS, seconds))
    return ((name, bucket, *labels), 1), ((name, SUM, *labels), seconds)


add = _counters.add
