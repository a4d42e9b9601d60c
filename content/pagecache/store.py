"""The pages that one process holds, within a bound of bytes and of entries."""

from __future__ import annotations

import threading

from content.pagecache.keys import Key
from content.pagecache.pages import Page


class Store:
    """Reading is one look into a dictionary; `Page.used` says what is read.

    When it is full the oldest page goes that nobody has read since it was last
    considered (the "second chance" rule: nearly as good as least recently used, and
    nothing to write down at each read).
    """

    def __init__(self, *, most_bytes: int, most_pages: int) -> None:
        self.most_bytes = most_bytes
        self.most_pages = most_pages
        self.bytes = 0
        self._pages: dict[Key, Page] = {}
        self._lock = threading.Lock()
        self.get = self._pages.get

    def __len__(self) -> int:
        return len(self._pages)

    def put(self, key: Key, page: Page) -> None:
        if page.size > self.most_bytes:
            return
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self.bytes += page.size
            while self.bytes > self.most_bytes or len(self) > self.most_pages:
                self._drop_one(sparing=key)

    def _drop_one(self, *, sparing: Key) -> None:
        for key in list(self._pages):
            page = self._pages[key]
            if page.used or key == sparing:
                page.used = False
                self._pages[key] = self._pages.pop(key)
            else:
                self._drop(key)
                return
        # Everything was read lately: the oldest has had its second chance.
        self._drop(next(key for key in self._pages if key != sparing))

    def _drop(self, key: Key) -> None:
        if page := self._pages.pop(key, None):
            self.bytes -= page.size
