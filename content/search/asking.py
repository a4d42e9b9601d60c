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

from content import prepared
from content.search.columns import Fold
from content.search.queries import Query

Sql = tuple[str, Sequence]
Question = Callable[..., Sql]
"""Of rows and texts; equal ones ask the same."""

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

    Its texts are `wanted`; two more values, limit and offset, end the statement.
    """

    order: tuple[str, ...]
    spelt: bool
    cap: int
    ranked: int

    def __call__(self, rows: QuerySet, *texts: str) -> Sql:
        names = [name.lstrip("-") for name in self.order]
        columns = ", ".join(f"o{number}" for number in range(len(names)))
        first = ["pk", *names], self.cap + 1
        found, found_params = _limited(rows, folded(*texts), *first)
        exact, exact_params = "SELECT * FROM found WHERE false", ()
        if self.spelt:
            exact, exact_params = _limited(rows, spelt(*texts), *first)
        words, words_params = _compile(rows, folded(*texts))
        quote = connections[rows.db].ops.quote_name
        statement = _STATEMENT.format(
            columns=columns,
            found=found,
            spelt=exact,
            cap=self.cap,
            ranked=self.ranked,
            words=words,
            table=quote(rows.model._meta.db_table),
            pk=quote(rows.model._meta.pk.column),
            order=", ".join(
                f"o{number}{' DESC' if name.startswith('-') else ''}"
                for number, name in enumerate(self.order)
            ),
        )
        return statement, (*found_params, *exact_params, *words_params)


@dataclass(frozen=True)
class Count:
    """How many match, to `most`."""

    most: int

    def __call__(self, rows: QuerySet, *texts: str) -> Sql:
        found, params = _limited(rows, folded(*texts), ["pk"], self.most)
        return f"SELECT count(*) FROM ({found}) AS found", params  # noqa: S608


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
    rows: QuerySet, words: SearchQueryCombinable, names: Sequence[str], limit: int
) -> Sql:
    matching = rows.filter(search=words).order_by().values_list(*names)
    return matching[:limit].query.sql_with_params()


def _compile(rows: QuerySet, expression: SearchQueryCombinable) -> Sql:
    compiler = rows.query.get_compiler(rows.db)
    return compiler.compile(expression.resolve_expression(rows.query))
