"""Where a feature says what can be found in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from django.db.models import Model, QuerySet
from django.utils.safestring import SafeString

from content.prepared import Value
from content.registry import Registry
from content.search.asking import Standing
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


@dataclass(frozen=True)
class Filter:
    """One way to narrow the results: `key` stands in addresses, choices are pairs."""

    key: str
    label: str
    choices: list[tuple[str, str]]


Chosen = Mapping[str, str]
"""What a reader chose, by the keys of the filters."""
NOTHING: Chosen = MappingProxyType({})


class NoSuchChoice(ValueError):
    """A filter was given what it never offers."""


class SearchSource(Protocol):
    """`key` stands in addresses, `label` above the results."""

    key: str
    label: str

    def filters(self, now: dt.datetime) -> list[Filter]:
        """By what its results can be narrowed; none without."""
        ...

    def titles(self, now: dt.datetime) -> Iterable[str]:
        """Every title the public may read at `now`."""
        ...

    def find(
        self,
        query: Query,
        *,
        now: dt.datetime,
        limit: int,
        offset: int = 0,
        chosen: Chosen = NOTHING,
    ) -> Hits:
        """What the public may see of it at `now`, matches `query` and was chosen.

        Raises NoSuchChoice.
        """
        ...


class ColumnSource:
    """A source over one model with a `SearchColumn` named `search`."""

    key: str
    label: str
    order: Sequence[str]
    title_field = "title"

    def visible(self, *values: Value) -> QuerySet:
        """What everybody may see, with all that `hit` reads.

        It hangs on nothing but the values: what is asked of it is built once.
        """
        raise NotImplementedError

    def values(self, now: dt.datetime) -> tuple[Value, ...]:
        """What `visible` is given at `now`."""
        return (now,)

    def rows(self, now: dt.datetime) -> QuerySet:
        """What everybody may see at `now`."""
        return self.visible(*self.values(now))

    def hit(self, row: Model, words: Sequence[str]) -> Hit:
        """How a row looks with the folded `words` marked."""
        raise NotImplementedError

    def filters(self, now: dt.datetime) -> list[Filter]:
        return []

    def by_number(self, keys: list[int], now: dt.datetime) -> Mapping[int, Model]:
        """Those with these numbers that everybody may see at `now`."""
        return self.rows(now).in_bulk(keys)

    def narrowed(self, rows: QuerySet, chosen: Chosen) -> QuerySet:
        """Those of `rows` that fit; raises NoSuchChoice."""
        return rows

    def titles(self, now: dt.datetime) -> Iterable[str]:
        rows = self.rows(now).order_by()
        return rows.values_list(self.title_field, flat=True).iterator()

    def find(
        self,
        query: Query,
        *,
        now: dt.datetime,
        limit: int,
        offset: int = 0,
        chosen: Chosen = NOTHING,
    ) -> Hits:
        rows = Standing(self.visible, self.values(now))
        found = find(
            self.narrowed(rows.rows, chosen) if chosen else rows,
            query,
            order=self.order,
            limit=limit,
            offset=offset,
            read=lambda keys: self.by_number(keys, now),
        )
        items = [self.hit(row, query.words) for row in found.rows]
        return Hits(items, found.count, found.capped)


registry: Registry[SearchSource] = Registry("search")
