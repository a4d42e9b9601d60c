"""Parts of pages that are made once for equal facts, and kept in the process.

`{% kept "components/footer.html" portal=portal %}` is `{% include ... only %}` whose
outcome is kept by what it was given: the template sees those facts, the language of
the page, and nothing else; so neither does it see who is signed in. When one article
changes, the page cache drops every page of its area. What they show of all the others
is still here.

A fact must be equal to another one only if both look the same: texts, numbers, moments,
tuples and frozen dataclasses of them, lists and dictionaries of them, `Rows` of a
prepared query. An instance of a model is refused: it equals every other with its key.
What depends on the time of day is given that as a fact as well.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from content.prepared import Rows

MOST = 8 * 1024 * 1024
"""Characters that a process keeps; beyond it the longest unused go."""


@dataclass(frozen=True)
class Alike:
    """Something that looks like every other of the same `by`.

    For what has no equality of its own, such as a form nobody has typed into. Whoever
    makes one answers for it.
    """

    by: Hashable
    thing: Any = field(compare=False, repr=False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.thing, name)


class Store:
    """The least recently used goes first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self._parts: OrderedDict[Hashable, SafeString] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._parts)

    def get(self, key: Hashable) -> SafeString | None:
        with self._lock:
            part = self._parts.get(key)
            if part is not None:
                self._parts.move_to_end(key)
            return part

    def put(self, key: Hashable, part: SafeString) -> None:
        with self._lock:
            self.size += len(part) - len(self._parts.pop(key, ""))
            self._parts[key] = part
            while self.size > self.most:
                self.size -= len(self._parts.popitem(last=False)[1])

    def clear(self) -> None:
        with self._lock:
            self._parts.clear()
            self.size = 0


store = Store(MOST)


def render(template: str, facts: Mapping[str, Any]) -> SafeString:
    """The template with these facts, made now or kept from an earlier page."""
    made_by = get_template(template)
    # Not its name: in development a template that was edited is loaded anew.
    source = made_by.template
    key = (source, get_language(), *facts, *map(_fixed, facts.values()))
    part = store.get(key)
    if part is None:
        # Two threads may be here at once; both make the same.
        part = made_by.render(dict(facts))
        store.put(key, part)
    return part


def _fixed(fact: Any) -> Hashable:
    """The same fact, not to be changed any more. Raises TypeError."""
    kind = type(fact)
    if kind is str or kind is int or fact is None:
        return fact
    if isinstance(fact, Promise):
        return str(fact)
    if isinstance(fact, dict):
        return tuple((key, _fixed(value)) for key, value in fact.items())
    if isinstance(fact, (list, tuple)):
        return tuple(map(_fixed, fact))
    if isinstance(fact, Model) or kind.__eq__ is object.__eq__:
        raise TypeError(f"what {kind.__name__} shows cannot be told from its equality")
    if isinstance(fact, Rows):
        return fact.bare()
    # 1 equals True and 1.0, a text equals one that is safe: they look different.
    return kind, fact
