"""Asking Valkey without ever waiting for it for long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

Answer = TypeVar("Answer")

PATIENCE = 0.5
"""Seconds for one answer: far above what it takes, far below what a reader notices."""
PAUSE = 2.0
"""Seconds for which one that failed is not asked again."""
PREFIX = "pagecache:"


class Away(Exception):
    """Valkey did not answer. `asked`: it may have done it all the same."""

    def __init__(self, *, asked: bool) -> None:
        super().__init__("Valkey is away")
        self.asked = asked


class Link:
    """One client of the cache `default`, with a fuse."""

    def __init__(self) -> None:
        self._client: redis.Redis | None = None
        self._again_at = 0.0

    def ask(self, work: Callable[[redis.Redis], Answer]) -> Answer:
        """Do `work` with the client. Raises Away."""
        if time.monotonic() < self._again_at:
            raise Away(asked=False)
        try:
            if self._client is None:
                self._client = _client()
            return work(self._client)
        except (redis.RedisError, OSError) as error:
            self._again_at = time.monotonic() + PAUSE
            raise Away(asked=True) from error


def _client() -> redis.Redis:
    location = settings.CACHES["default"]["LOCATION"]
    return redis.Redis.from_url(
        location if isinstance(location, str) else location[0],
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
