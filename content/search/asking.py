"""What is asked of the rows that are searched: a text of SQL and its values.

To build the three queries of a search costs the ORM more than the database needs to
answer it. Of rows that are searched all day the text is built once (`Standing`), as
`content.prepared` does; the planner still sees every value, because a rare word wants
another plan than a broad one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL

from content import prepared
from content.search.columns import Fold
from content.search.queries import Query

Sql = tuple[str, Sequence]
Question = Callable[..., Sql]
"""Of rows and texts; equal ones ask the same."""

_PAGE = """
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
# A phrase as typed is one that is found as well: of few, only those are opened again.
_SPELT_PHRASE = """
SELECT found.* FROM found
WHERE (SELECT count(*) FROM found) <= {cap}
    AND (SELECT search @@ {words} FROM {table} WHERE {pk} = found.id)
UNION ALL
SELECT * FROM ({spelt}) AS others WHERE (SELECT count(*) FROM found) > {cap}
"""
# By the place of the row on the disk: one statement sees one version of it.
_PHRASES = """
WITH worded (place, id, {columns}) AS MATERIALIZED ({worded}),
size AS MATERIALIZED (SELECT count(*) AS number FROM worded),
newest AS MATERIALIZED (
    SELECT worded.* FROM worded, size
    WHERE size.number > {most} AND size.number <= {listed}
    ORDER BY {order}
    LIMIT {most}
)
SELECT size.number, ARRAY(
    SELECT newest.id FROM newest
    WHERE (SELECT search @@ {words} FROM {table} WHERE ctid = newest.place)
    ORDER BY {order}
)
FROM size
"""


class Once:
    """Rows that are asked for in this way now, and otherwise perhaps never."""

    def __init__(self, rows: QuerySet) -> None:
        self.rows = rows
        self.alias = rows.db

    def sql(self, question: Question, *texts: str) -> Sql:
        return question(self.rows, *texts)


@dataclass(frozen=True)
class Standing:
    """Rows that are asked for all day: `of(*values)`, and they hang on nothing else."""

    of: Callable[..., QuerySet]
    values: tuple[prepared.Value, ...]
    alias = DEFAULT_DB_ALIAS

    @cached_property
    def rows(self) -> QuerySet:
        return self.of(*self.values)

    def sql(self, question: Question, *texts: str) -> Sql:
        values = (*self.values, *texts)
        key = self.of, question, len(texts)
        if key not in _known:
            _known[key] = self._worded(question, values)
        return _known[key].sql, _known[key].filled(values)

    def _worded(self, question: Question, values: Sequence) -> prepared.Wording:
        places, number = prepared.stand_ins(values), len(self.values)
        sql, params = question(self.of(*places[:number]), *places[number:])
        return prepared.Wording(self.of.__qualname__, sql, params, places)


_known: dict[tuple, prepared.Wording] = {}


@dataclass(frozen=True)
class Page:
    """How many match, how many as typed (both to `cap` + 1), and one page of them.

    Of the texts of a query; two more values, limit and offset, end the statement.
    """

    order: tuple[str, ...]
    spelt: bool
    phrase: bool
    cap: int
    ranked: int

    def __call__(self, rows: QuerySet, *texts: str) -> Sql:
        most = self.cap + 1
        found, found_params = _limited(rows, folded(*texts), self.order, most)
        exact, exact_params = "SELECT * FROM found WHERE false", ()
        if self.spelt:
            exact, exact_params = _limited(rows, spelt(*texts), self.order, most)
        if self.spelt and self.phrase:
            words, words_params = _compile(rows, spelt(*texts))
            exact = _SPELT_PHRASE.format(
                spelt=exact, words=words, cap=self.cap, **_table(rows)
            )
            exact_params = (*words_params, *exact_params)
        words, words_params = _compile(rows, folded(*texts))
        statement = _PAGE.format(
            found=found,
            spelt=exact,
            words=words,
            cap=self.cap,
            ranked=self.ranked,
            **_order(self.order),
            **_table(rows),
        )
        return statement, (*found_params, *exact_params, *words_params)


@dataclass(frozen=True)
class Phrases:
    """How many have the words (to `listed` + 1), and which have the phrases.

    The second only of more than `most` and not more than `listed`, and only of the
    first `most` in that order. Of two sets of texts: words, then phrases.
    """

    order: tuple[str, ...]
    most: int
    listed: int

    def __call__(self, rows: QuerySet, *texts: str) -> Sql:
        words, phrases = texts[: len(texts) // 2], texts[len(texts) // 2 :]
        table = _table(rows)
        placed = rows.annotate(place=RawSQL(f"{table['table']}.ctid", ()))  # noqa: S611
        worded, worded_params = _limited(
            placed, folded(*words), self.order, self.listed + 1, "place"
        )
        fits, fits_params = _compile(rows, folded(*phrases))
        statement = _PHRASES.format(
            worded=worded,
            words=fits,
            most=self.most,
            listed=self.listed,
            **_order(self.order),
            **table,
        )
        return statement, (*worded_params, *fits_params)


@dataclass(frozen=True)
class InNewest:
    """Those that match among the first `most` rows of that order."""

    order: tuple[str, ...]
    most: int

    def __call__(self, rows: QuerySet, *texts: str) -> Sql:
        newest = rows.order_by(*self.order).annotate(fits=Q(search=folded(*texts)))
        newest = newest.values_list("pk", "fits")[: self.most]
        inner, params = newest.query.sql_with_params()
        statement = f"SELECT id FROM ({inner}) AS newest (id, fits) WHERE fits"  # noqa: S608
        return statement, params


def texts_of(query: Query) -> tuple[str, ...]:
    return _texts(query.wanted, query)


def words_of(query: Query) -> tuple[str, ...]:
    """The same with the words of its phrases wherever they stand."""
    return _texts(query.wanted_words, query)


def folded(wanted: str, unwanted: str = "") -> SearchQueryCombinable:
    """Every word however it is spelt."""
    return _asked(Fold(_spelling(wanted)), unwanted)


def spelt(wanted: str, unwanted: str = "") -> SearchQueryCombinable:
    """Every word that was typed with accents spelt so."""
    return _asked(_spelling(wanted), unwanted)


def otherwise_spelt(wanted: str, unwanted: str = "") -> SearchQueryCombinable:
    return folded(wanted, unwanted) & ~_websearch(_spelling(wanted))


def _texts(wanted: str, query: Query) -> tuple[str, ...]:
    return (wanted, query.unwanted) if query.unwanted else (wanted,)


def _asked(wanted: Func, unwanted: str) -> SearchQueryCombinable:
    words = _websearch(wanted)
    # Left out as typed: "-má" leaves "mà" in, "-ma" both out.
    return words & _websearch(_spelling(unwanted)) if unwanted else words


def _websearch(text: Func) -> SearchQuery:
    return SearchQuery(text, config="simple", search_type="websearch")


def _spelling(text: str) -> Func:
    return Func(Value(text), function="vn_spell", output_field=TextField())


def _limited(
    rows: QuerySet,
    words: SearchQueryCombinable,
    order: Sequence[str],
    limit: int,
    *before: str,
) -> Sql:
    """Number and columns of the order of so many that match."""
    names = [*before, "pk", *(name.lstrip("-") for name in order)]
    matching = rows.filter(search=words).order_by().values_list(*names)
    return matching[:limit].query.sql_with_params()


def _order(order: Sequence[str]) -> dict[str, str]:
    """The columns under names of their own, and how they sort."""
    names = [f"o{number}" for number in range(len(order))]
    down = [" DESC" if name.startswith("-") else "" for name in order]
    sorting = ", ".join(map("".join, zip(names, down, strict=True)))
    return {"columns": ", ".join(names), "order": sorting}


def _table(rows: QuerySet) -> dict[str, str]:
    quote, meta = connections[rows.db].ops.quote_name, rows.model._meta
    return {"table": quote(meta.db_table), "pk": quote(meta.pk.column)}


def _compile(rows: QuerySet, expression: SearchQueryCombinable) -> Sql:
    compiler = rows.query.get_compiler(rows.db)
    return compiler.compile(expression.resolve_expression(rows.query))
