"""Lists that a worker carries out while a page shows how far it is.

For models with `state`, `asked_at` and `seen_at`, whose states are "waiting" and
"working" while there is something to do. How many rows are done is told through the
cache, as nothing of an open transaction can be seen from outside; without a cache the
page tells the state alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.core.cache import cache
from django.db.models import Model, Q

LOST = dt.timedelta(minutes=6)
"""Longer than a task may run; who gave no sign since then is dead."""
WAITING, WORKING = "waiting", "working"


def claim(model: type[Model], pk: int, now: dt.datetime) -> Model | None:
    """The run, if nobody else is at it."""
    free = Q(state=WAITING) | Q(state=WORKING, seen_at__lt=now - LOST)
    rows = model._default_manager.filter(free, pk=pk)
    if not rows.update(state=WORKING, seen_at=now):
        return None
    return model._default_manager.select_related("user").get(pk=pk)


def wake_lost(
    model: type[Model], ask_worker: Callable[[int], None], *, now: dt.datetime
) -> int:
    """Ask again for runs that no worker took or that one left behind; how many."""
    waiting = Q(state=WAITING, asked_at__lt=now - dt.timedelta(minutes=1))
    lost = Q(state=WORKING, seen_at__lt=now - LOST)
    found = model._default_manager.filter(waiting | lost).values_list("pk", flat=True)
    for pk in list(found):
        ask_worker(pk)
    return len(found)


def tell(run: Model, done: int) -> None:
    cache.set(_key(type(run), run.pk), done, timeout=600)


def done_of(run: Model) -> int | None:
    """How many rows are through; None where nobody can tell."""
    return cache.get(_key(type(run), run.pk))


def _key(model: type[Model], pk: int) -> str:
    return f"lists.run:{model._meta.label_lower}:{pk}"
