"""One client asks for everybody, and each gets their own answer."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.cache import cache

from content.cache import ValkeyCache


def test_a_client_is_made_once():
    first = cache._cache.get_client("a")
    assert cache._cache.get_client("b", write=True) is first


def test_caches_of_other_places_are_not_mixed_up():
    there = settings.CACHES["default"]["LOCATION"]
    cache.set("who", "we")
    other = ValkeyCache(there, {"KEY_PREFIX": "other"})
    assert other.get("who") is None
    other.set("who", "they", 60)
    assert (cache.get("who"), other.get("who")) == ("we", "they")
    assert other._cache.get_client() is not cache._cache.get_client()


def test_threads_that_share_it_get_their_own_answers():
    shared = ValkeyCache(settings.CACHES["default"]["LOCATION"], {})

    def ask(number: int) -> list[int]:
        shared.set(f"n{number}", number, 60)
        return [shared.get(f"n{number}") for _ in range(50)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert answers == [[number] * 50 for number in range(8)]


def test_a_thread_that_ends_leaves_no_line_open():
    seen = []

    def ask() -> None:
        cache.get("who")
        (pool,) = cache._cache._pools.values()
        seen.append(pool._available_connections[0])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gc.collect()
    assert [line.is_connected for line in seen] == [False] * 8


def test_a_lost_connection_is_made_anew():
    cache.set("still", "there")
    pool = cache._cache.get_client().connection_pool
    pool.disconnect()
    assert cache.get("still") == "there"
