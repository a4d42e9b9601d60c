"""No request lives for ever: what hangs is written down, then its process ends.

A thread of Python cannot be stopped from outside. One that waits for something that
never comes would be missing until the worker is replaced, and four of them would make
a worker that takes requests and answers none. So a request that is far too old ends
its worker; the server starts another, and what stands in front asks again for pages.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)

CODE = 70
"""The exit code: "internal software error" of sysexits.h."""


class Lifetime:
    """Wraps a WSGI application; `seconds` until a request counts as one that hangs.

    After twice as long the process ends. An answer that is sent piece by piece has
    been handed over and does not count. 0: no limit.
    """

    def __init__(self, application: Callable, seconds: float) -> None:
        self.application = application
        self.seconds = seconds
        self._began: dict[int, float] = {}
        self._told: set[int] = set()
        self._watcher: threading.Thread | None = None

    def __call__(self, environ: dict, start: Callable) -> Iterable[bytes]:
        if not self.seconds:
            return self.application(environ, start)
        if self._watcher is None:
            self._start()
        thread = threading.get_ident()
        self._began[thread] = time.monotonic()
        try:
            return self.application(environ, start)
        finally:
            del self._began[thread]
            self._told.discard(thread)

    def _start(self) -> None:
        """With the first request: a server may fork after it has read the code."""
        self._watcher = threading.Thread(
            target=self._watch, name="lifetime", daemon=True
        )
        self._watcher.start()

    def _watch(self) -> None:
        while True:
            time.sleep(min(1.0, self.seconds / 4))
            now = time.monotonic()
            for thread, began in list(self._began.items()):
                self._judge(thread, now - began)

    def _judge(self, thread: int, age: float) -> None:
        if age >= self.seconds and thread not in self._told:
            self._told.add(thread)
            # Where it stands, and not what was asked: addresses may hold secrets.
            frame = sys._current_frames().get(thread)
            stack = "".join(traceback.format_stack(frame)) if frame else ""
            logger.error("a request hangs for %.0f seconds:\n%s", age, stack)
        if age >= 2 * self.seconds:
            logger.critical("a request hangs: this process ends, another will start")
            logging.shutdown()
            os._exit(CODE)
