"""Who has been trained, and when: certificates say it, whatever they are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from members import achievements

KEY = "trained"


def days_of(people: Iterable[int]) -> dict[int, list[dt.date]]:
    """The days on which each person's courses ended; who was never trained is missing.

    One query for each feature that knows of any.
    """
    return achievements.days(KEY, people)


def last_day_of(people: Iterable[int]) -> dict[int, dt.date]:
    """When each person was trained last."""
    return {person: max(days) for person, days in days_of(people).items()}
