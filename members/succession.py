"""What a merged, split, renamed or closed unit takes along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise

from content.registry import Registry
from members.models import Unit, UnitSuccession


@dataclass(frozen=True)
class Moved:
    """So many rows of one kind go over; `by_hand`: they stay, and somebody has to
    look after them."""

    label: str | Promise
    count: int
    by_hand: bool = False


class Blocked(Exception):
    """A feature cannot hand its rows on now; the message is for staff."""


class Busy(Exception):
    """Somebody else holds these rows just now; in a moment it will do."""


class Heir(Protocol):
    """A feature whose rows belong to units; the key is the model's label."""

    def succeed(
        self,
        *,
        old: Unit,
        new: Unit | None,
        kind: UnitSuccession.Kind,
        date: dt.date,
        now: dt.datetime,
    ) -> Sequence[Moved] | None:
        """Hand the old unit's rows on, inside the transaction of the succession.

        Merge and rename: what goes on belongs to `new`, what is history stays with
        `old`. Dissolve: `new` is the unit above, or None at a root. Split: `new` is
        the part that staff chose for it; not called where they chose none, for nobody
        else can tell where a row belongs. Raises Blocked and Busy.

        What it says it has moved is shown before anything happens: the preview does
        it all and takes it back.
        """
        ...


registry: Registry[Heir] = Registry("members.succession")
