"""How long each kind of data stays, and who takes it away when that is over.

A feature registers one `Rule` for each promise (its text stands on the privacy page);
`purge` runs them all each night and writes down what went. What no rule names, stays
until its person asks: nobody is deleted for being quiet.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from content.registry import Registry
from members.models import Person, PurgeRun

logger = logging.getLogger(__name__)

RUNS_KEPT = dt.timedelta(days=365)
TWO_YEARS = dt.timedelta(days=731)
ONE_YEAR = dt.timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One kind of data with an end. `purge` returns how many rows or files went and
    is done twice without harm; the texts are lazy."""

    what: Any
    keeps: Any
    why: Any
    purge: Callable[[dt.datetime], int]


registry: Registry[Rule] = Registry("members.retention")


def purge(*, now: dt.datetime) -> int:
    """Carry out every rule; one that fails is written down and stops no other."""
    gone = 0
    for key, rule in registry.items():
        removed, error = 0, ""
        try:
            removed = rule.purge(now)
        except Exception as failure:
            logger.exception("retention: %s", key)
            error = f"{type(failure).__name__}"
        PurgeRun.objects.create(rule=key, at=now, removed=removed, error=error)
        gone += removed
    return gone


def drop_old_runs(now: dt.datetime) -> int:
    return PurgeRun.objects.filter(at__lt=now - RUNS_KEPT).delete()[0]


def nameless() -> Person:
    """A record for rows that must stay as figures when their time is over.

    One for what leaves one person at a time: the figures still count people rightly.
    """
    from members.privacy import NAMELESS

    return Person.objects.create(full_name=NAMELESS)
