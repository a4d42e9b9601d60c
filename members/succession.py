"""What a merged, renamed or closed unit takes along."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from content.registry import Registry
from members.models import Unit, UnitSuccession


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
    ) -> None:
        """Hand the old unit's rows on, inside the transaction of the succession.

        Merge and rename: what goes on belongs to `new`, what is history stays with
        `old`. Dissolve: `new` is the unit above, or None at a root. Not called for
        a split: nobody but staff can tell which part a row belongs to.
        """
        ...


registry: Registry[Heir] = Registry("members.succession")
