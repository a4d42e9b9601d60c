"""Writing to everybody affected: a worker does it, some hundreds to a transaction.

How far it is stands in the row of the notice and is committed with the letters, so
whoever goes on after a dead worker begins where that one's last transaction ended.
"""

from __future__ import annotations

import datetime as dt
import logging
import time

import pghistory
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from content import clock
from mail.actions import Draft, queue_many
from members.breaches import letters
from members.breaches.actions import addresses_of
from members.lists import running
from members.models import Breach, BreachNotice, BreachPerson, User
from vietnam.dates import local_day

logger = logging.getLogger(__name__)

State = BreachNotice.State
AT_ONCE = 200
"""Letters of one transaction, about: a child has some more."""
SECONDS = 30
"""How long one task goes on; then it stands behind the others in the queue."""


def start(*, breach: Breach, words: str, by: User, now: dt.datetime) -> BreachNotice:
    """Have a worker write to all who have had no letter.

    While it is at that the same notice is given back, whoever asks and with whatever
    words: nobody gets two.
    """
    notice, is_new = BreachNotice.objects.exclude(state=State.DONE).get_or_create(
        breach=breach,
        defaults={
            "words": words,
            "language": language(),
            "user": by,
            "people": breach.people.filter(told_at=None).count(),
            "asked_at": now,
        },
    )
    if is_new:
        _ask_on_commit(notice)
    return notice


def language() -> str:
    """Of the page on which somebody writes the words: the letter speaks it as well."""
    return translation.get_language() or settings.LANGUAGE_CODE


def ask_worker(pk: int) -> None:
    """A broker that is away loses nothing: the sweep asks again."""
    from members.tasks import write_breach_letters

    write_breach_letters.delay(pk)


def carry_on(*, pk: int, now: dt.datetime, seconds: float = SECONDS) -> str:
    """What a worker does with one notice; the state it left it in. Twice is once."""
    notice = running.claim(BreachNotice, pk, now)
    if notice is None:
        return ""
    page = reverse("admin:members_breach_letter", args=[notice.breach_id])
    until = time.monotonic() + seconds
    with (
        translation.override(notice.language),
        pghistory.context(user=notice.user_id, url=page),
    ):
        while notice.state == State.WORKING and time.monotonic() < until:
            notice = write_some(notice)
    if notice.state == State.WORKING:
        _put_back(notice)
    return notice.state


def write_some(notice: BreachNotice) -> BreachNotice:
    """The next letters, and how far that is, in one transaction; the row as it is now.

    The lock on the notice keeps out whoever was taken for dead and is not.
    """
    with transaction.atomic():
        notice = BreachNotice.objects.select_for_update().get(pk=notice.pk)
        if notice.state == State.DONE:
            return notice
        now = clock.now()
        rows = list(_next(notice))
        drafts, told = [], []
        for row in rows:
            found = _drafts(row, notice, local_day(now))
            drafts += found
            if found:
                told.append(row.pk)
        queue_many(drafts, now=now)
        BreachPerson.objects.filter(pk__in=told).update(told_at=now)
        notice.told += len(told)
        notice.unreached += len(rows) - len(told)
        notice.reached = rows[-1].pk if rows else notice.reached
        notice.seen_at = now
        if not rows:
            notice.state = State.DONE
            logger.info("notice %s: %s people told", notice.pk, notice.told)
        notice.save()
    return notice


def wake_lost(*, now: dt.datetime) -> int:
    """Each minute: notices that no worker took or that one left behind."""
    return running.wake_lost(BreachNotice, ask_worker, now=now)


def _next(notice: BreachNotice):
    """In the order of the register, so nobody is looked at twice; who has no address
    is asked about again by the next notice only."""
    rows = BreachPerson.objects.filter(breach=notice.breach_id, told_at=None)
    rows = rows.filter(pk__gt=notice.reached).order_by("pk")
    rows = rows.select_related("breach", "person__user")
    rows = rows.prefetch_related("person__guardians")
    return rows.select_for_update(of=("self",))[:AT_ONCE]


def _drafts(row: BreachPerson, notice: BreachNotice, today: dt.date) -> list[Draft]:
    return [
        letters.draft(
            row, address=address, words=notice.words, language=notice.language
        )
        for address in addresses_of(row.person, on=today)
    ]


def _put_back(notice: BreachNotice) -> None:
    rows = BreachNotice.objects.filter(pk=notice.pk, state=State.WORKING)
    if rows.update(state=State.WAITING):
        notice.state = State.WAITING
        _ask_on_commit(notice)


def _ask_on_commit(notice: BreachNotice) -> None:
    transaction.on_commit(lambda: ask_worker(notice.pk), robust=True)
