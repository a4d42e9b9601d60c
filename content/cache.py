"""Django's cache in Valkey, with one client for each pool of connections.

Django makes a new client for every question, and redis-py fills each with the ways to
read a hundred answers; making an account paid for that 47 times. A client holds
nothing of who asks; connections come from the pool as before.
"""

from __future__ import annotations

import weakref
from typing import Any

import redis
from django.core.cache.backends import redis as django


class Client(django.RedisCacheClient):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[redis.ConnectionPool, redis.Redis] = {}
        # Each thread has a cache of its own, which ends with it. Its lines are closed
        # then; the garbage collector would find them open, one after the other.
        weakref.finalize(self, _disconnect, self._pools).atexit = False

    def get_client(self, key: str | None = None, *, write: bool = False) -> redis.Redis:
        pool = self._get_connection_pool(write)
        if (client := self._kept.get(pool)) is None:
            client = self._kept[pool] = self._client(connection_pool=pool)
        return client


def _disconnect(pools: dict[int, redis.ConnectionPool]) -> None:
    for pool in pools.values():
        pool.disconnect()


class ValkeyCache(django.RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client
