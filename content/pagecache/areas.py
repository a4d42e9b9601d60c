"""Areas: what a change in the database touches, and which moments change pages.

A page names the areas it shows. Each area has a version, which a change of one of its
models renews when the transaction commits; pages of an older version are not served.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial

from django.db import connection, models, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

from content.pagecache import versions
from vietnam.dates import VIETNAM, local_day

SITE = "site"
"""Header, footer and settings: every page is of this area."""

When = Callable[[models.Model, bool], bool]
"""Whether the row, just created or not, shows or showed on a public page."""
NextMoment = Callable[[dt.datetime], dt.datetime | None]

_names: set[str] = {SITE}
_watched: dict[type[models.Model], list[tuple[tuple[str, ...], When | None]]] = {}
_moments: dict[str, list[NextMoment]] = {}
_kept: dict[str, list[Callable[[], None]]] = {}


def names() -> set[str]:
    """Every area that anybody has named so far."""
    return _names


def named(*areas: str) -> frozenset[str]:
    """These areas and the site, made known."""
    _names.update(areas)
    return frozenset(areas) | {SITE}


def watch(model: type[models.Model], *areas: str, when: When | None = None) -> None:
    """Rows of `model` show in `areas`: saving or deleting one touches them.

    `when(row, created)` spares the pages a change that nobody can see. It is not asked
    of `QuerySet.update` and bulk writes, of which Django tells nobody: they call
    `touch` or `wrote` themselves.
    """
    named(*areas)
    if model not in _watched:
        for signal in (post_save, post_delete, m2m_changed):
            signal.connect(_written, sender=model, dispatch_uid=f"pagecache {model}")
    _watched.setdefault(model, []).append((areas, when))


def moments(area: str, source: NextMoment) -> None:
    """`source(now)` is the next moment after `now` that changes pages of `area`."""
    named(area)
    _moments.setdefault(area, []).append(source)


def when_renewed(area: str, forget: Callable[[], None]) -> None:
    """`forget()` in each process that learns of a new version, before it renders."""
    named(area)
    _kept.setdefault(area, []).append(forget)


def renewed(areas: Iterable[str]) -> None:
    """This process has just learnt of new versions."""
    for area in areas:
        for forget in _kept.get(area, ()):
            forget()


def touch(*areas: str) -> None:
    """Renew the versions of `areas` once the transaction has committed."""
    _names.update(areas)
    for area in areas:
        if not _is_waiting(area):
            announce = partial(versions.announce, area)
            transaction.on_commit(announce, robust=True)


def wrote(*rows: models.Model) -> None:
    """Say of rows that were written past `save()` what `save()` would have said."""
    for row in rows:
        _tell(type(row), row, created=False)


def next_moment(area: str, now: dt.datetime) -> dt.datetime | None:
    """The first moment after `now` at which pages of the area change by themselves."""
    ahead = [source(now) for source in _moments.get(area, ())]
    return min((moment for moment in ahead if moment), default=None)


def midnight_after(now: dt.datetime) -> dt.datetime:
    """When "today" ends in Việt Nam; every page may say how many days are left."""
    tomorrow = local_day(now) + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), VIETNAM)


def soonest(
    rows: models.QuerySet, *fields: str, now: dt.datetime
) -> dt.datetime | None:
    """The least value after `now` of any of the fields, in one query."""
    ahead = {
        field: models.Min(field, filter=models.Q(**{f"{field}__gt": now}))
        for field in fields
    }
    found = rows.order_by().aggregate(**ahead).values()
    return min((moment for moment in found if moment), default=None)


def _written(sender, instance=None, created: bool = False, **kwargs) -> None:
    """The one receiver of signals in this portal (DESIGN section 2)."""
    _tell(sender, instance, created=created)


def _tell(model: type[models.Model], row: models.Model, *, created: bool) -> None:
    for areas, when in _watched.get(model, ()):
        # An m2m table tells of the row at its other end: no question fits that.
        if when is None or not isinstance(row, model) or when(row, created):
            touch(*areas)


def _is_waiting(area: str) -> bool:
    """Whether this transaction will announce the area anyway.

    An import that saves a thousand rows speaks once. What a rolled-back savepoint had
    put on the list is off it again, so nothing relies on a word that will not come.
    """
    return any(
        isinstance(entry[1], partial)
        and entry[1].func is versions.announce
        and entry[1].args == (area,)
        for entry in connection.run_on_commit
    )
