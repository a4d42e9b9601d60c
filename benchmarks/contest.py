"""The contest that `entry` and `upload` enter: open, for everybody."""

from __future__ import annotations

import datetime as dt
from typing import Any


def open_contest(now: dt.datetime, **facts: Any):
    from contests.models import Contest
    from members.models import Unit, UnitKind

    level = UnitKind.objects.create(code="bench", name="Bench")
    return Contest.objects.create(
        title="Ý tưởng chuyển đổi số",
        slug="bench",
        unit=Unit.objects.create(kind=level, name="Bench", slug="bench"),
        state="published",
        summary="Một ý tưởng nhỏ cho thôn bản của bạn.",
        rules="<p>Ai cũng có thể dự thi.</p>",
        opens_at=now - dt.timedelta(days=1),
        closes_at=now + dt.timedelta(days=8),
        **facts,
    )
