"""Rows that match, those spelt as typed first, and how many there are.

Two statements at most. The first asks the word index for CAP + 1 matches and so
learns whether the words are rare or broad: rare ones are ranked, up to CAP the newest
come first, and the page is part of the answer. Of broader words the second statement
reads the newest rows in the order of their date, where every few rows match.

A phrase is another matter: the index knows which rows have its words, but each row
must be opened to see whether they stand side by side (5 µs). So its words are counted
first, and of phrases of broad words only the newest CANDIDATES rows are opened; the
count is then "more than" what they hold. Only when they hold nothing are all opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable
from django.db import connections
from django.db.models import Func, Model, Q, QuerySet, TextField, Value

from content.search.columns import Fold
from content.search.queries import Query

CAP = 1000
"""Matches that are counted; beyond it is "more than 1,000"."""
RANKED = 200
"""Matches up to which each one's rank is worked out, at about 20 µs each."""
CANDIDATES = 2000
"""Rows that are opened to look for a phrase, when there are more."""
PAGED = 200
"""Results that can be paged through when there are more than CAP."""

# The planner does not know what it costs to unpack a vector: for common words it reads
# the table row by row, 200 ms where the index takes 3. In autocommit the settings end
# with the statement they stand before; psycopg2 sends both in one go. They choose a
# plan, never a result.
_BY_WORD_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off;"

_STATEMENT = """
WITH found (id, {columns}) AS MATERIALIZED ({found}),
spelt (id, {columns}) AS MATERIALIZED ({spelt}),
size AS (
    SELECT (SELECT count(*) FROM found) AS found, (SELECT count(*) FROM spelt) AS spelt
),
pool AS (
    SELECT spelt.*, true AS as_typed FROM spelt, size WHERE size.spelt <= {cap}
    UNION ALL
    SELECT found.*, false FROM found, size
    WHERE size.found <= {cap} AND found.id NOT IN (SELECT id FROM spelt)
)
SELECT size.found, size.spelt, ARRAY(
    SELECT pool.id FROM pool
    ORDER BY
        as_typed DESC,
        CASE WHEN size.found <= {ranked} THEN
            (SELECT ts_rank(search, {words}) FROM {table} WHERE {pk} = pool.id)
        END DESC NULLS LAST,
        {order}
    LIMIT %s OFFSET %s
)
FROM size
"""


@dataclass(frozen=True)
class Found:
    """One page of rows; `count` is right up to CAP, where `capped` says "more than"."""

    rows: list[Model]
    count: int = 0
    capped: bool = False


def find(
    rows: QuerySet,
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
    if query.has_phrase and _has_broad_words(rows, query):
        found = _in_newest(rows, query, order, limit, offset)
        if found.count:
            return found
    size, as_typed, page = _ask(rows, query, order, limit, offset)
    if size <= CAP:
        known = (read or rows.in_bulk)(page) if page else {}
        # A row may have gone between the two statements.
        return Found([known[pk] for pk in page if pk in known], size)
    newest = rows.order_by(*order)
    if as_typed > CAP:
        broad = newest.filter(search=_spelt(query))[offset : offset + limit]
        return Found(list(broad), CAP, capped=True)
    start = max(0, offset - as_typed)
    others = newest.filter(
        search=_otherwise_spelt(query) if as_typed else _folded(query)
    )
    rest = others[start : start + limit - len(page)]
    if page:
        rest = newest.filter(pk__in=_either(rows, page, rest))
    place = {pk: number for number, pk in enumerate(page)}
    return Found(
        sorted(rest, key=lambda row: place.get(row.pk, limit)), CAP, capped=True
    )


def matching(rows: QuerySet, query: Query) -> QuerySet:
    """Those of `rows` that match, in their own order; for sets that stay small."""
    return rows.filter(search=_folded(query))


def _ask(
    rows: QuerySet, query: Query, order: Sequence[str], limit: int, offset: int
) -> tuple[int, int, list[int]]:
    """How many match, how many as typed (both to CAP + 1), and the page if it knows."""
    connection = connections[rows.db]
    names = [name.lstrip("-") for name in order]
    columns = ", ".join(f"o{number}" for number in range(len(order)))
    found, found_params = _first(rows, names, _folded(query))
    spelt, spelt_params = "SELECT * FROM found WHERE false", ()
    if query.is_spelt:
        spelt, spelt_params = _first(rows, names, _spelt(query))
    words, words_params = _compile(rows, _folded(query))
    quote = connection.ops.quote_name
    statement = _STATEMENT.format(
        columns=columns,
        found=found,
        spelt=spelt,
        cap=CAP,
        ranked=RANKED,
        words=words,
        table=quote(rows.model._meta.db_table),
        pk=quote(rows.model._meta.pk.column),
        order=", ".join(
            f"o{number}{' DESC' if name.startswith('-') else ''}"
            for number, name in enumerate(order)
        ),
    )
    params = (*found_params, *spelt_params, *words_params, limit, offset)
    with connection.cursor() as cursor:
        cursor.execute(_BY_WORD_INDEX + statement, params)
        return cursor.fetchone()


def _has_broad_words(rows: QuerySet, query: Query) -> bool:
    """Whether more than CANDIDATES have all words of the phrases."""
    words = _asked(Fold(_spelling(query.wanted_words)), query)
    found, params = _limited(rows, ["pk"], words, CANDIDATES + 1)
    with connections[rows.db].cursor() as cursor:
        statement = f"SELECT count(*) FROM ({found}) AS found"  # noqa: S608
        cursor.execute(_BY_WORD_INDEX + statement, params)
        return cursor.fetchone()[0] > CANDIDATES


def _in_newest(
    rows: QuerySet, query: Query, order: Sequence[str], limit: int, offset: int
) -> Found:
    """What the first CANDIDATES of `rows` hold, as typed first."""
    newest = rows.order_by(*order).annotate(fits=Q(search=_folded(query)))
    newest = newest.values_list("pk", "fits")[:CANDIDATES]
    inner, params = newest.query.sql_with_params()
    with connections[rows.db].cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ({inner}) AS newest (id, fits) WHERE fits",  # noqa: S608
            params,
        )
        found = [pk for (pk,) in cursor.fetchall()]
    if query.is_spelt and found:
        spelt = rows.filter(pk__in=found, search=_spelt(query)).order_by()
        typed = set(spelt.values_list("pk", flat=True))
        found.sort(key=lambda pk: pk not in typed)
    page = found[offset : offset + limit]
    known = rows.in_bulk(page) if page else {}
    shown = [known[pk] for pk in page if pk in known]
    return Found(shown, min(len(found), CAP), capped=True)


def _either(rows: QuerySet, page: list[int], rest: QuerySet) -> QuerySet | list[int]:
    """The numbers of both, so that one statement reads all."""
    if rest.query.low_mark == rest.query.high_mark:
        return page
    first = rows.model._default_manager.filter(pk__in=page).order_by().values("pk")
    return first.union(rest.values("pk"), all=True)


def _first(rows: QuerySet, names: list[str], words) -> tuple[str, tuple]:
    return _limited(rows, ["pk", *names], words, CAP + 1)


def _limited(
    rows: QuerySet, names: Sequence[str], words, limit: int
) -> tuple[str, tuple]:
    matching = rows.filter(search=words).order_by().values_list(*names)
    return matching[:limit].query.sql_with_params()


def _compile(rows: QuerySet, expression) -> tuple[str, tuple]:
    compiler = rows.query.get_compiler(rows.db)
    return compiler.compile(expression.resolve_expression(rows.query))


def _folded(query: Query) -> SearchQueryCombinable:
    """Every word however it is spelt."""
    return _asked(Fold(_spelling(query.wanted)), query)


def _spelt(query: Query) -> SearchQueryCombinable:
    """Every word that was typed with accents spelt so."""
    return _asked(_spelling(query.wanted), query)


def _otherwise_spelt(query: Query) -> SearchQueryCombinable:
    return _folded(query) & ~_websearch(_spelling(query.wanted))


def _asked(wanted: Func, query: Query) -> SearchQueryCombinable:
    words = _websearch(wanted)
    # Left out as typed: "-má" leaves "mà" in, "-ma" both out.
    return words & _websearch(_spelling(query.unwanted)) if query.unwanted else words


def _websearch(text: Func) -> SearchQuery:
    return SearchQuery(text, config="simple", search_type="websearch")


def _spelling(text: str) -> Func:
    return Func(Value(text), function="vn_spell", output_field=TextField())
