"""Rumours that readers report: taken in once, forgotten after 90 days."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction
from django.db.models import F

from news.models import Rumour
from vietnam.fold import fold

KEPT = dt.timedelta(days=90)
"""Law 91/2025/QH15, article 3: not longer than the purpose needs."""


@transaction.atomic
def report(
    *, text: str, url: str, contact: str, press: str, now: dt.datetime
) -> Rumour:
    """Put a rumour before the editors; the same one again only counts.

    `press` names the form that was sent: sent twice is once.
    """
    words = "\n".join([" ".join(fold(text).split()), url, fold(contact)])
    rumour, made = Rumour.objects.select_for_update().get_or_create(
        digest=hashlib.sha256(words.encode()).hexdigest(),
        defaults={
            "text": text,
            "url": url,
            "contact": contact,
            "press": press,
            "first_at": now,
            "last_at": now,
        },
    )
    if not made and rumour.press != press:
        Rumour.objects.filter(pk=rumour.pk).update(
            times=F("times") + 1, press=press, last_at=now
        )
        rumour.refresh_from_db()
    return rumour


def purge(*, now: dt.datetime) -> int:
    """Delete what nobody reported for 90 days; the number deleted."""
    return Rumour.objects.filter(last_at__lt=now - KEPT).delete()[0]
