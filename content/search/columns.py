"""What the database keeps ready for the search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, GeneratedField, TextField, Value
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.functions import Coalesce


class Fold(Func):
    """Text without accents, đ, case and superfluous space, as `vietnam.fold.fold`."""

    function = "vn_fold"
    arity = 1
    output_field = TextField()


class _UnreadVector(SearchVectorField):
    """Several kilobytes a row that no page ever looks at."""

    def select_format(self, compiler, sql, params):
        return "NULL", ()


class SearchColumn(GeneratedField):
    """The words of a row, folded and as spelt, weighted from A to C.

    `SearchColumn(a=["title"], b=["lead"], c_html=["body"])` is kept by PostgreSQL
    itself, so no way of writing a row goes past it. `c_json` takes every text inside
    a JSON value. The column is never read into Python
    and costs no query anything; ask it through `content.search.find`. Give the model
    the index that `search_index` makes.
    """

    # INSERT and UPDATE need not send it back.
    db_returning = False

    def __init__(
        self,
        *,
        a: Sequence[str],
        b: Sequence[str] = (),
        c: Sequence[str] = (),
        c_html: Sequence[str] = (),
        c_json: Sequence[str] = (),
        **kwargs,
    ):
        self.sources = {"a": list(a), "b": list(b), "c": list(c)}
        self.sources |= {"c_html": list(c_html), "c_json": list(c_json)}
        kwargs |= {
            "expression": _weighted(self.sources),
            "output_field": _UnreadVector(),
            "db_persist": True,
        }
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("expression", "output_field", "db_persist"):
            del kwargs[key]
        return name, path, args, kwargs | {k: v for k, v in self.sources.items() if v}


def search_index(
    name: str, *, beside: Sequence[str] = (), condition: models.Q | None = None
) -> GinIndex:
    """The index of a `SearchColumn` named `search`.

    `beside`: columns of lists that a search is narrowed by. In the same index, or the
    planner takes theirs alone and unpacks the words of every row that it finds.

    Without the list of pending words that makes writing cheaper and reading dearer:
    a page is read thousands of times for each time it is written.
    """
    return GinIndex(
        fields=["search", *beside], name=name, condition=condition, fastupdate=False
    )


def _weighted(sources: dict[str, list[str]]) -> Combinable:
    parts = [_part(F(name), key) for key, names in sources.items() for name in names]
    return reduce(lambda left, right: CombinedExpression(left, "||", right), parts)


def _part(text: Combinable, key: str) -> Func:
    if key.endswith("_html"):
        text = Func(text, function="vn_plain", output_field=TextField())
    if key.endswith("_json"):
        words = Func(text, function="vn_words", output_field=TextField())
        # No text at all is NULL, and NULL would blank the other columns.
        text = Coalesce(words, Value(""))
    vector = Func(text, function="vn_vector", output_field=SearchVectorField())
    weight = Value(key[0].upper(), output_field=models.CharField())
    return Func(
        vector,
        weight,
        function="setweight",
        template='%(function)s(%(expressions)s::"char")',
        output_field=SearchVectorField(),
    )
