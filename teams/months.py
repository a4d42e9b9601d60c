"""Months: a month is the date of its first day, said as "11/2026"."""

from __future__ import annotations

import datetime as dt
import re

from vietnam.dates import local_day

_KEY = re.compile(r"(\d{4})-(\d{2})")


def month_of(day: dt.date | dt.datetime) -> dt.date:
    """The month a day lies in, or a moment in Việt Nam."""
    return local_day(day).replace(day=1)


def shifted(month: dt.date, by: int) -> dt.date:
    """That many months later, or earlier for less than nothing."""
    number = month.year * 12 + month.month - 1 + by
    return dt.date(number // 12, number % 12 + 1, 1)


def months(first: dt.date, last: dt.date) -> list[dt.date]:
    """Every month from the first to the last, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = shifted(first, 1)
    return found


def last_day(month: dt.date) -> dt.date:
    return shifted(month, 1) - dt.timedelta(days=1)


def key(month: dt.date) -> str:
    """As it stands in addresses: "2026-11"."""
    return f"{month:%Y-%m}"


def read(text: str) -> dt.date | None:
    """The month that `key` wrote, or None."""
    found = _KEY.fullmatch(text)
    if found is None:
        return None
    year, number = map(int, found.groups())
    return dt.date(year, number, 1) if year >= 2000 and 1 <= number <= 12 else None


def text(month: dt.date) -> str:
    """As people say it: "11/2026"."""
    return f"{month:%m/%Y}"
