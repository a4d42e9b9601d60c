"""Rows that match, those spelt as typed first, and how many there are.

Two statements at most. The first asks the word index for CAP + 1 matches and so
learns whether the words are rare or broad: rare ones are ranked, up to CAP the newest
come first, and the page is part of the answer. Of broader words the second statement
reads the newest rows in the order of their date, where every few rows match.

A phrase is another matter: the index knows which rows have its words, but each row
must be opened to see whether they stand side by side (5 µs). So its words are counted
first, and where many rows have them only the newest CANDIDATES of those are opened; the
count is then "more than" what they hold. Only when they hold nothing are all opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connections
from django.db.models import Model, QuerySet

from content.search import asking
from content.search.asking import Once, Standing, texts_of, words_of
from content.search.queries import Query

CAP = 1000
"""Matches that are counted; beyond it is "more than 1,000"."""
RANKED = 200
"""Matches up to which each one's rank is worked out, at about 20 µs each."""
CANDIDATES = 2000
"""Rows that are opened to look for a phrase, when there are more."""
LISTED = 8000
"""Rows with the words of a phrase that are listed to find the newest of them, at 2 µs
each. Of more, the newest rows of all have the words often enough."""
PAGED = 200
"""Results that can be paged through when there are more than CAP."""
Among = Once | Standing

# The planner does not know what it costs to unpack a vector: for common words it reads
# the table row by row, 200 ms where the index takes 3. In autocommit the settings end
# with the statement they stand before; psycopg2 sends both in one go. They choose a
# plan, never a result.
_BY_WORD_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off;"


@dataclass(frozen=True)
class Found:
    """One page of rows; `count` is right up to CAP, where `capped` says "more than"."""

    rows: list[Model]
    count: int = 0
    capped: bool = False


def find(
    rows: QuerySet | Standing,
    query: Query,
    *,
    order: Sequence[str],
    limit: int,
    offset: int = 0,
    read: Callable[[list[int]], Mapping[int, Model]] | None = None,
) -> Found:
    """Those of `rows` that match `query`, from `offset` on, at most `limit`.

    `rows` is what may be seen, with what a page needs of it; its model has a
    `SearchColumn` named `search`. `order` names columns, "-" for the highest first.
    `read` reads those of the numbers that may be seen, where it does so faster.
    """
    if not query:
        return Found([])
    among = rows if isinstance(rows, Standing) else Once(rows)
    order = tuple(order)
    if query.has_phrase and (held := _with_phrase(among, query, order)):
        return _as_typed_first(among, query, held, limit, offset)
    size, as_typed, page = _ask(among, query, order, limit, offset)
    if size <= CAP or len(page) == limit:
        known = (read or among.rows.in_bulk)(page) if page else {}
        # A row may have gone between the two statements.
        shown = [known[pk] for pk in page if pk in known]
        return Found(shown, min(size, CAP), capped=size > CAP)
    newest, texts = among.rows.order_by(*order), texts_of(query)
    if as_typed > CAP:
        broad = newest.filter(search=asking.spelt(*texts))[offset : offset + limit]
        return Found(list(broad), CAP, capped=True)
    start = max(0, offset - as_typed)
    others = newest.filter(
        search=(asking.otherwise_spelt if as_typed else asking.folded)(*texts)
    )
    rest = others[start : start + limit - len(page)]
    if page:
        rest = newest.filter(pk__in=_either(among.rows, page, rest))
    place = {pk: number for number, pk in enumerate(page)}
    return Found(
        sorted(rest, key=lambda row: place.get(row.pk, limit)), CAP, capped=True
    )


def matching(rows: QuerySet, query: Query) -> QuerySet:
    """Those of `rows` that match, in their own order; for sets that stay small."""
    return rows.filter(search=asking.folded(*texts_of(query)))


def _ask(
    among: Among,
    query: Query,
    order: tuple[str, ...],
    limit: int,
    offset: int,
) -> tuple[int, int, list[int]]:
    """How many match, how many as typed (both to CAP + 1), and the page if it knows."""
    question = asking.Page(order, query.is_spelt, query.has_phrase, CAP, RANKED)
    statement, params = among.sql(question, *texts_of(query))
    with connections[among.alias].cursor() as cursor:
        cursor.execute(_BY_WORD_INDEX + statement, [*params, limit, offset])
        return cursor.fetchone()


def _with_phrase(among: Among, query: Query, order: tuple[str, ...]) -> list[int]:
    """What the newest with the words of a phrase hold, where CANDIDATES are not all."""
    texts = texts_of(query)
    question = asking.Phrases(order, CANDIDATES, LISTED)
    statement, params = among.sql(question, *words_of(query), *texts)
    with connections[among.alias].cursor() as cursor:
        cursor.execute(_BY_WORD_INDEX + statement, params)
        worded, found = cursor.fetchone()
        if worded > LISTED:
            newest = asking.InNewest(order, CANDIDATES)
            cursor.execute(*among.sql(newest, *texts))
            found = [pk for (pk,) in cursor.fetchall()]
    return found


def _as_typed_first(
    among: Among, query: Query, found: list[int], limit: int, offset: int
) -> Found:
    """A page of these, of which there may be more."""
    if query.is_spelt:
        words = asking.spelt(*texts_of(query))
        rows = among.rows.filter(pk__in=found, search=words).order_by()
        typed = set(rows.values_list("pk", flat=True))
        found.sort(key=lambda pk: pk not in typed)
    page = found[offset : offset + limit]
    known = among.rows.in_bulk(page) if page else {}
    shown = [known[pk] for pk in page if pk in known]
    return Found(shown, min(len(found), CAP), capped=True)


def _either(rows: QuerySet, page: list[int], rest: QuerySet) -> QuerySet | list[int]:
    """The numbers of both, so that one statement reads all."""
    if rest.query.low_mark == rest.query.high_mark:
        return page
    first = rows.model._default_manager.filter(pk__in=page).order_by().values("pk")
    return first.union(rest.values("pk"), all=True)
