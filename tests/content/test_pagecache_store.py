"""The store of a process stays within its bounds, whoever fills it."""

import threading

from content.pagecache.keys import Key
from content.pagecache.pages import Page
from content.pagecache.store import Store


def key(number: int) -> Key:
    return Key("host", False, f"/{number}/", "", "")


def page(size: int = 1000) -> Page:
    return Page(
        headers=[], areas=frozenset(), versions={}, expires=0, parts=[b"x" * size]
    )


def test_it_holds_no_more_pages_than_it_may():
    store = Store(most_bytes=10**9, most_pages=3)
    for number in range(10):
        store.put(key(number), page())
    assert len(store) == 3
    assert store.get(key(9))
    assert store.get(key(0)) is None


def test_it_holds_no_more_bytes_than_it_may():
    store = Store(most_bytes=10_000, most_pages=1000)
    for number in range(10):
        store.put(key(number), page())
    assert store.bytes <= 10_000
    assert len(store) == store.bytes // page().size > 0


def test_what_is_read_outlasts_what_is_not():
    store = Store(most_bytes=10**9, most_pages=10)
    store.put(key(0), page())
    for number in range(1, 100):
        store.get(key(0)).used = True  # as the door does at each hit
        store.put(key(number), page())
    assert store.get(key(0))


def test_a_page_put_again_counts_once():
    store = Store(most_bytes=10**9, most_pages=10)
    for _ in range(5):
        store.put(key(0), page())
    assert (len(store), store.bytes) == (1, page().size)


def test_a_page_larger_than_the_store_is_not_held():
    store = Store(most_bytes=1000, most_pages=10)
    store.put(key(0), page(2000))
    assert len(store) == store.bytes == 0


def test_threads_leave_the_sums_right():
    store = Store(most_bytes=50_000, most_pages=20)

    def fill(start: int) -> None:
        for number in range(start, start + 300):
            store.put(key(number % 50), page(number % 7 * 100))
            if found := store.get(key(number % 11)):
                found.used = True

    threads = [threading.Thread(target=fill, args=(n * 13,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store) <= 20
    assert store.bytes == sum(page.size for page in store._pages.values()) <= 50_000
