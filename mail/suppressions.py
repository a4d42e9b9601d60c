"""Addresses that nothing is sent to any more: how they get there and out again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max

from mail.addresses import fold
from mail.models import Letter, Suppression

FAILURES = 3
"""So many different letters that failed for good, with none that arrived between."""
MEMORY = timedelta(days=90)

State, Reason = Letter.State, Letter.Reason


def look_at(*, address_key: str, words: str, now: datetime) -> bool:
    """Suppress the address if its last letters all came back; whether it now is.

    Called after each letter that failed for good. What failed before the last letter
    that arrived, or before somebody lifted a suppression, no longer counts.
    """
    letters = Letter.objects.filter(address_key=address_key)
    arrived = letters.filter(state=State.SENT).aggregate(at=Max("sent_at"))["at"]
    known = Suppression.objects.filter(address_key=address_key).first()
    since = [now - MEMORY, arrived, known and known.lifted_at]
    failed = letters.filter(
        state=State.FAILED,
        reason=Reason.BOUNCED,
        claimed_at__gt=max(moment for moment in since if moment),
    )
    if failed.count() < FAILURES:
        return False
    suppress(
        address_key=address_key,
        reason=Suppression.Reason.BOUNCED,
        detail=words,
        now=now,
    )
    return True


def suppress(
    *, address_key: str, reason: Suppression.Reason, detail: str, now: datetime
) -> None:
    """Send nothing more to this address.

    One in force keeps its first reason, unless that is only that letters came back:
    a reader who wants none is not asked whether the mailbox works again.
    """
    fresh = {"reason": reason, "detail": detail, "created_at": now}
    row, new = Suppression.objects.get_or_create(
        address_key=address_key, defaults=fresh
    )
    bounced = Suppression.Reason.BOUNCED
    weaker = row.lifted_at is not None or (row.reason == bounced != reason)
    if not new and weaker:
        same = Suppression.objects.filter(pk=row.pk, lifted_at=row.lifted_at)
        same.update(lifted_at=None, **fresh)


def lift(*, suppression_id: int, now: datetime) -> bool:
    """Let letters through again; False if they were already."""
    rows = Suppression.objects.in_force().filter(pk=suppression_id)
    return bool(rows.update(lifted_at=now))


def try_again(*, addresses: list[str], now: datetime) -> int:
    """The owner says that the mailbox works; how many addresses get letters again.

    Only where letters came back: who once asked for no more letters, or reported one
    as spam, is left alone until staff are told otherwise.
    """
    keys = {fold(address) for address in addresses if address}
    rows = Suppression.objects.in_force().filter(
        address_key__in=keys, reason=Suppression.Reason.BOUNCED
    )
    return rows.update(lifted_at=now)
