"""Where a feature says what can be found in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Model, QuerySet
from django.utils.safestring import SafeString

from content.registry import Registry
from content.search.finding import PAGED, find
from content.search.queries import Query


@dataclass(frozen=True)
class Hit:
    """What a page of results shows; the found words in `<mark>`.

    `date` is what a reader sorts by in their head; `note` stands beside it: the
    section, the venue, the commune.
    """

    title: SafeString
    url: str
    snippet: SafeString
    kind: str
    date: dt.datetime | None = None
    note: str | SafeString = ""


@dataclass(frozen=True)
class Hits:
    """One page of hits; when `capped` there are more than `count`."""

    items: list[Hit]
    count: int
    capped: bool = False

    @property
    def reachable(self) -> int:
        """How many of them pages lead to."""
        return min(self.count, PAGED) if self.capped else self.count


class SearchSource(Protocol):
    """`key` stands in addresses, `label` above the results."""

    key: str
    label: str

    def find(
        self, query: Query, *, now: dt.datetime, limit: int, offset: int = 0
    ) -> Hits:
        """What the public may see of it at `now` and matches `query`."""
        ...


class ColumnSource:
    """A source over one model with a `SearchColumn` named `search`."""

    key: str
    label: str
    order: Sequence[str]

    def rows(self, now: dt.datetime) -> QuerySet:
        """What everybody may see at `now`, with all that `hit` reads."""
        raise NotImplementedError

    def hit(self, row: Model, words: Sequence[str]) -> Hit:
        """How a row looks with the folded `words` marked."""
        raise NotImplementedError

    def find(
        self, query: Query, *, now: dt.datetime, limit: int, offset: int = 0
    ) -> Hits:
        found = find(
            self.rows(now), query, order=self.order, limit=limit, offset=offset
        )
        items = [self.hit(row, query.words) for row in found.rows]
        return Hits(items, found.count, found.capped)


registry: Registry[SearchSource] = Registry("search")
