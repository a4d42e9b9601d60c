"""The cache for what can be done without: when it is away, nothing was kept."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

from content.outage import is_outage


def get(key: str) -> Any:
    """What was kept, or None: never was, has ended, or the cache is away."""
    try:
        return cache.get(key)
    except Exception as error:
        if not is_outage(error):
            raise
        return None


def keep(key: str, value: Any, seconds: float) -> None:
    """Keep it if the cache is there."""
    try:
        cache.set(key, value, seconds)
    except Exception as error:
        if not is_outage(error):
            raise
