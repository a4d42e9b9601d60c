"""Do the counters of the sessions say what their rows say?"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db.models import Count, F, Max, Q
from django.db.models.functions import Coalesce

from training.models import TrainingSession, UnitQuota

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class QuotaFault:
    """One quota whose counter differs from its rows, or that its session overlooks."""

    quota_id: int
    taken: tuple[int, int]
    seen: bool


@dataclass(frozen=True)
class Fault:
    """One session whose counters and rows differ."""

    session_id: int
    confirmed: tuple[int, int]
    offered: tuple[int, int]
    line_length: tuple[int, int]
    line_tail: tuple[int, int]


def seats() -> list[Fault | QuotaFault]:
    """What `sessions` and `quotas` find."""
    return [*sessions(), *quotas()]


def quotas() -> list[QuotaFault]:
    """Quotas whose `taken` differs from the sign-ups that sit on their places, and
    those whose session believes to have none."""
    seated = Q(registrations__state__in=["confirmed", "offered"])
    rows = (
        UnitQuota.objects.annotate(
            rows=Count("registrations", filter=seated), seen=F("session__has_quotas")
        )
        .filter(~Q(taken=F("rows")) | Q(seen=False))
        .order_by("pk")
    )
    faults = [
        QuotaFault(quota_id=row.pk, taken=(row.taken, row.rows), seen=row.seen)
        for row in rows
    ]
    for fault in faults:
        log.error(
            "places of quota %s: counter and rows differ: %s", fault.quota_id, fault
        )
    return faults


def sessions() -> list[Fault]:
    """Sessions whose counters differ from their rows, each logged as an error.

    One statement, so that a sign-up in the middle of it cannot look like a fault.
    Nothing is put right: that counters drift is a bug to be found, not smoothed over.
    """
    rows = (
        TrainingSession.objects.annotate(
            confirmed_rows=Count(
                "registrations", filter=Q(registrations__state="confirmed")
            ),
            offered_rows=Count(
                "registrations", filter=Q(registrations__state="offered")
            ),
            waiting_rows=Count(
                "registrations", filter=Q(registrations__state="waiting")
            ),
            last_place=Coalesce(Max("registrations__place"), 0),
        )
        .filter(
            ~Q(confirmed=F("confirmed_rows"))
            | ~Q(offered=F("offered_rows"))
            | ~Q(line_length=F("waiting_rows"))
            | Q(line_tail__lt=F("last_place"))
        )
        .order_by("pk")
    )
    faults = [
        Fault(
            session_id=row.pk,
            confirmed=(row.confirmed, row.confirmed_rows),
            offered=(row.offered, row.offered_rows),
            line_length=(row.line_length, row.waiting_rows),
            line_tail=(row.line_tail, row.last_place),
        )
        for row in rows
    ]
    for fault in faults:
        log.error(
            "seats of session %s: counters and rows differ: %s", fault.session_id, fault
        )
    return faults
