"""What everybody sees of the teams of the month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from teams import months
from teams.models import DigitalTeam, Recognition

SHOWN_FOR = 3
"""Months after which a team of the month is no news any more."""
MOST = 6


@dataclass(frozen=True)
class Thanked:
    recognition: Recognition

    @property
    def month(self) -> str:
        return months.text(self.recognition.month)


def latest(on: dt.date) -> Thanked | None:
    """The newest one, while its team shows itself in the directory."""
    since = months.shifted(months.month_of(on), -SHOWN_FOR)
    rows = Recognition.objects.select_related("team").filter(month__gte=since)
    rows = rows.filter(team__in=DigitalTeam.objects.in_directory(on).order_by())
    newest = rows.first()
    return Thanked(newest) if newest else None


def months_of(team: DigitalTeam) -> list[str]:
    """The months for which this team was thanked, the latest first."""
    rows = Recognition.objects.filter(team=team).values_list("month", flat=True)
    return [months.text(month) for month in rows[:MOST]]
