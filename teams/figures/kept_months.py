"""The sums of a month in the whole province, kept by each process while they are true.

Three years of 1,300 teams are 600,000 figures. One accepted report changes one month,
and the public page is made anew: the other 35 are here still. A closed month can be
opened again at any time, so it is not its age that counts: a month is kept under a mark
of all its accepted reports, and each report bears the mark of its figures. What
indicators are called and how they are shown is not kept; it is read for each page.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict

from django.db.models import Count

from content.marks import AllMarks
from teams import sums
from teams.models import Report, ReportValue

MOST = 120
"""Months kept in a process, each some two kilobytes."""

Rows = list[dict]
Mark = tuple[int, int]

_kept: OrderedDict[dt.date, tuple[Mark, Rows]] = OrderedDict()
_lock = threading.Lock()


def by_month(first: dt.date, last: dt.date) -> Rows:
    """As `sums.by_month` of all that counts in these months; nobody changes the rows.

    One query where nothing has changed since the last time, else three.
    """
    marks = _marks(month__range=(first, last))
    with _lock:
        known = {
            month: _kept[month][1]
            for month, mark in marks.items()
            if month in _kept and _kept[month][0] == mark
        }
    if missing := marks.keys() - known.keys():
        known |= _read(missing, marks)
    return [row for month in marks for row in known[month]]


def _read(months: set[dt.date], marks: dict[dt.date, Mark]) -> dict[dt.date, Rows]:
    found: dict[dt.date, Rows] = {month: [] for month in months}
    values = ReportValue.objects.counted().filter(report__month__in=months)
    for row in sums.by_month(values):
        found[row["report__month"]].append(row)
    # What changes while we read may change back: then nothing would tell of it.
    after = _marks(month__in=months)
    with _lock:
        for month, rows in found.items():
            if after.get(month) == marks[month]:
                _kept[month] = marks[month], rows
                _kept.move_to_end(month)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found


def _marks(**which) -> dict[dt.date, Mark]:
    """By month: how many reports count, and the marks of all of them."""
    rows = Report.objects.accepted().filter(**which).order_by().values("month")
    rows = rows.annotate(number=Count("*"), marks=AllMarks("mark"))
    return {row["month"]: (row["number"], row["marks"]) for row in rows}
