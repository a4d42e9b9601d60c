"""Django's cache in Valkey, with one client for each pool of connections.

Django makes a new client for every question, and redis-py fills each with the ways to
read a hundred answers; making an account paid for that 47 times. A client holds
nothing of who asks; connections come from the pool as before.
"""

from __future__ import annotations

from typing import Any

import redis
from django.core.cache.backends import redis as django


class Client(django.RedisCacheClient):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[redis.ConnectionPool, redis.Redis] = {}

    def get_client(self, key: str | None = None, *, write: bool = False) -> redis.Redis:
        pool = self._get_connection_pool(write)
        if (client := self._kept.get(pool)) is None:
            client = self._kept[pool] = self._client(connection_pool=pool)
        return client


class ValkeyCache(django.RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client
