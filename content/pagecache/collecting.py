"""From the counts in Valkey into the table; `readers` says why that never doubles."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from content.models import PageViews
from content.pagecache.readers import WORD, name_of
from content.pagecache.valkey import Link
from vietnam.dates import local_day


def collect(*, now: dt.datetime) -> int:
    """Bring today's and yesterday's counts into the table; how many it holds of them.

    Raises Away.
    """
    today = local_day(now)
    return sum(_collect(day) for day in (today - dt.timedelta(days=1), today))


def _collect(day: dt.date) -> int:
    found = _link.ask(lambda client: client.hgetall(name_of(day)))
    word = found.pop(WORD, b"").decode()
    rows = [
        (path.decode("utf-8", "replace")[:300], int(number))
        for path, number in sorted(found.items())
    ]
    if not rows:
        return 0
    table = connection.ops.quote_name(PageViews._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS known (path, day, word, count)"  # noqa: S608
            " SELECT path, %s, %s, sum(number) FROM unnest(%s, %s) AS new(path, number)"
            " GROUP BY path ON CONFLICT (day, path, word) DO UPDATE"
            " SET count = EXCLUDED.count WHERE known.count < EXCLUDED.count",
            [day, word, [path for path, _ in rows], [number for _, number in rows]],
        )
    return len(rows)


_link = Link()
