"""Queries that are built and planned once, for pages that ask the same all day.

To build a query costs the ORM about a millisecond, to plan one that joins four tables
costs PostgreSQL another half; what either then has to do is a fifth of it. A function
that returns a queryset stays the one place that says what is asked:

    @prepared
    def newest(now: dt.datetime) -> QuerySet:
        return Article.objects.published(now).for_cards()

    newest(now, limit=7)   or   newest(now, limit=12, offset=24)

Several numbers are one value, a list, where the query asks with `among`.

It is called once, with stand-ins, and each connection prepares the SQL that comes of
it. The answer is `Rows`: what the database sent, made into instances when somebody
looks. Equal `Rows` show the same, so a part of a page can be kept by them
(`content.kept`).

What is written as often is prepared too: `content.insertion`.

Behind a pooler that hands connections around (POOLED, as Django wants it there)
statements are sent in full each time.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, update_wrapper
from typing import Any
from weakref import WeakKeyDictionary

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, BooleanField, F, Func, Model, QuerySet
from django.db.models import Value as Asked
from django.db.models.query import ModelIterable, get_related_populators
from psycopg2.extensions import AsIs

from content.instances import Maker, quicken

POOLED = "DISABLE_SERVER_SIDE_CURSORS"
Value = int | str | dt.datetime | dt.date | list[int]


class Prepared:
    """Made by `prepared`; its parameters are numbers, lists of them, texts, moments
    and days.
    """

    def __init__(self, queryset: Callable[..., QuerySet]) -> None:
        self.queryset = queryset
        self._statement: Statement | None = None
        update_wrapper(self, queryset)

    def __call__(
        self, *values: Value, limit: int | None = None, offset: int = 0
    ) -> Rows:
        """One query, made now."""
        if self._statement is None:
            self._statement = Statement(self.queryset, values)
        return Rows(self._statement, self._statement.ask(values, limit, offset))


prepared = Prepared


class Wording:
    """SQL that was built of stand-ins, and its parameters for any other values."""

    def __init__(
        self, name: str, sql: str, params: Sequence, stand_ins: Sequence
    ) -> None:
        self.sql = sql
        self._params = list(params)
        self._places = _places(name, params, stand_ins)

    def filled(self, values: Sequence) -> list:
        params = self._params.copy()
        for place, number in self._places:
            params[place] = values[number]
        return params


class Statement:
    """The SQL of a queryset, and how its rows become instances."""

    def __init__(self, queryset: Callable[..., QuerySet], values: Sequence) -> None:
        places = stand_ins(values)
        rows = queryset(*places)
        if rows._prefetch_related_lookups or rows.query.is_sliced:
            raise TypeError(f"{queryset.__name__}: joined tables only, and no slice")
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.wording = Wording(queryset.__name__, *compiler.as_sql(), places)
        self._plans: dict[int | None, Plan] = {}
        select = compiler.select
        self.shape = [sql for _expression, (sql, _params), _alias in select]
        self.converters = list(compiler.get_converters([s[0] for s in select]).items())
        self.model = None
        if rows._iterable_class is ModelIterable:
            info = compiler.klass_info
            self.model = info["model"]
            self.columns = info["select_fields"]
            self.fields = [select[column][0].target.attname for column in self.columns]
            self.key = self.columns[self.fields.index(self.model._meta.pk.attname)]
            self.added = list(compiler.annotation_col_map.items())
            self.joined = get_related_populators(info, select, DEFAULT_DB_ALIAS)
            self.maker = Maker(self.model)
            quicken(self.joined)

    def ask(self, values: Sequence, limit: int | None, offset: int) -> tuple:
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            # Each page of a list would be another statement: too many to keep.
            if offset or connection.settings_dict.get(POOLED):
                sql = f"{self.wording.sql}{_limit(limit)} OFFSET {int(offset)}"
                cursor.execute(sql, self.wording.filled(values))
            else:
                self._execute(cursor, values, limit)
            return tuple(cursor.fetchall())

    def _execute(self, cursor, values: Sequence, limit: int | None) -> None:
        if limit not in self._plans:
            # Only the values are left open: the planner looks at all the rest, and
            # finds an index for published rows by it.
            marks = [AsIs(f"${number + 1}") for number in range(len(values))]
            sql = f"{self.wording.sql}{_limit(limit)}"
            sql = cursor.mogrify(sql, self.wording.filled(marks)).decode()
            self._plans[limit] = Plan(sql, len(values), name="read")
        self._plans[limit].execute(cursor, values)

    def instance(self, raw: tuple) -> Model | tuple:
        row = list(raw)
        connection = connections[DEFAULT_DB_ALIAS]
        for column, (converters, expression) in self.converters:
            for converter in converters:
                row[column] = converter(row[column], expression, connection)
        if self.model is None:
            return tuple(row)
        values = [row[column] for column in self.columns]
        found = self.maker.from_db(DEFAULT_DB_ALIAS, self.fields, values)
        for populator in self.joined:
            populator.populate(row, found)
        for name, column in self.added:
            setattr(found, name, row[column])
        return found


class Plan:
    """A statement with the marks $1, $2 ..., prepared once by each connection.

    `name` begins its name there; whoever watches statements tells by it what it does.
    """

    def __init__(self, sql: str, marks: int, *, name: str) -> None:
        self.name = name
        self.sql = sql.replace("%", "%%")
        self.arguments = f"({', '.join(['%s'] * marks)})" if marks else ""
        self._names: WeakKeyDictionary[Any, str] = WeakKeyDictionary()

    def execute(self, cursor, values: Sequence) -> None:
        execute_all(cursor, [(self, values)])

    def call(self, connection: Any) -> tuple[str, str]:
        """Its name there and how it is called, with `%s` for the values."""
        if name := self._names.get(connection):
            return name, f"EXECUTE {name} {self.arguments}"
        # A name of its own each time: what a failed transaction has prepared stays.
        name = f"{self.name}_{next(_numbers)}"
        return name, f"PREPARE {name} AS {self.sql}; EXECUTE {name} {self.arguments}"

    def stands(self, connection: Any, name: str) -> None:
        self._names[connection] = name


def execute_all(cursor, steps: Sequence[tuple[Plan, Sequence]]) -> None:
    """Several in one breath; the cursor then holds what the last one gave."""
    connection = cursor.connection
    named = [plan.call(connection) for plan, _values in steps]
    values = [value for _plan, own in steps for value in own]
    cursor.execute("; ".join(call for _name, call in named), values)
    for (plan, _values), (name, _call) in zip(steps, named, strict=True):
        plan.stands(connection, name)


class Rows(Sequence):
    """What was found. Equal ones came from rows that are equal in every column.

    Parts of it are `Rows` again; a single one is an instance of the model, or a tuple
    where the queryset gives values.
    """

    def __init__(self, statement: Statement, raw: tuple) -> None:
        self._statement = statement
        self._raw = raw

    def __len__(self) -> int:
        return len(self._raw)

    def __getitem__(self, place):
        if isinstance(place, slice):
            return Rows(self._statement, self._raw[place])
        return self._instances[place]

    def __iter__(self):
        return iter(self._instances)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Rows)
            and self._raw == other._raw
            and self._statement.shape == other._statement.shape
        )

    def __hash__(self) -> int:
        return self._hash

    def first(self) -> Any:
        return self[0] if self else None

    def bare(self) -> Rows:
        """The same without the instances that somebody may have looked at."""
        return Rows(self._statement, self._raw)

    def then(self, other: Rows) -> Rows:
        """These, then those of the same columns that are not among them."""
        if self._statement.shape != other._statement.shape:
            raise TypeError("rows of other columns")
        key = self._statement.key
        known = {raw[key] for raw in self._raw}
        more = tuple(raw for raw in other._raw if raw[key] not in known)
        return Rows(self._statement, self._raw + more)

    @cached_property
    def _instances(self) -> list:
        return [self._statement.instance(raw) for raw in self._raw]

    @cached_property
    def _hash(self) -> int:
        try:
            return hash(self._raw)
        except TypeError:
            return hash(_frozen(self._raw))


def stand_ins(values: Sequence) -> list:
    """Values of the same kinds that nobody asks for."""
    return [_stand_in(value, place) for place, value in enumerate(values)]


def among(column: str, numbers: Sequence[int]) -> Func:
    """A condition: the column has one of the numbers, which are one value, a list.

    `IN` would be another statement for each length. No number, no row.
    """
    return Func(
        F(column),
        Asked(list(numbers), output_field=ArrayField(BigIntegerField())),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def hold(owner: Model, name: str, rows: Iterable[Model]) -> None:
    """Keep what was found as `prefetch_related` does: `owner.name.all()` asks no more.

    `name` is the way back of a foreign key to the owner, and the rows are all of the
    owner's in the order of their pages. Whoever filters them asks the database anew.
    """
    manager = getattr(owner, name)
    key = manager.field.remote_field.cache_name
    held = owner.__dict__.setdefault("_prefetched_objects_cache", {})
    held.pop(key, None)
    kept = manager.get_queryset()  # with the condition on its owner
    kept._result_cache = list(rows)
    kept._prefetch_done = True
    for row in kept._result_cache:
        setattr(row, manager.field.name, owner)
    held[key] = kept


_numbers = itertools.count(1)


def _frozen(value: Any) -> Any:
    """The same for a hash: columns of lists and JSON come as lists and dictionaries."""
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    if isinstance(value, dict):
        return frozenset((key, _frozen(one)) for key, one in value.items())
    return value


def _limit(limit: int | None) -> str:
    return "" if limit is None else f" LIMIT {int(limit)}"


def _stand_in(value: Value, place: int) -> Value:
    """One of the same kind that nobody asks for."""
    match value:
        case dt.datetime():
            return dt.datetime(1904, 2, 29, 3, 7, 11, place, tzinfo=dt.UTC)
        case dt.date():
            return dt.date(1904, 3, 1 + place)
        case int():
            return 1_904_229_000 + place
        case str():
            return f"stand-in-{place}"
        case list():
            return [1_904_229_000 + place]
    raise TypeError(f"a query is not prepared for {type(value).__name__}")


def _places(name: str, params: Sequence, stand_ins: Sequence) -> list[tuple[int, int]]:
    """Which parameter of the statement is which value. Raises ValueError."""
    places = []
    for place, param in enumerate(params):
        known = [n for n, one in enumerate(stand_ins) if _same(param, one)]
        if known:
            places.append((place, known[0]))
        elif isinstance(param, dt.date):
            # A day worked out from a moment would stay the day of the first call.
            raise ValueError(f"{name}: {param} must be an argument")
    if missing := set(range(len(stand_ins))) - {number for _place, number in places}:
        raise ValueError(f"{name}: arguments {missing} are not asked for")
    return places


def _same(param: Any, stand_in: Value) -> bool:
    return type(param) is type(stand_in) and param == stand_in
