"""Who has been trained, and when: certificates say it, whatever they are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from members import achievements
from members.models import Person

KEY = "trained"


def days_of(people: Iterable[Person]) -> dict[int, list[dt.date]]:
    """The days on which each person's courses ended, by person, latest first.

    Who was never trained is missing. One query for each feature that knows of any.
    """
    found = {}
    for person_id, facts in achievements.of(people).items():
        days = [fact.on for fact in facts if fact.key == KEY]
        if days:
            found[person_id] = days
    return found


def last_day_of(people: Iterable[Person]) -> dict[int, dt.date]:
    """When each person was trained last."""
    return {person: max(days) for person, days in days_of(people).items()}
