"""Checking oneself in to an online session by the code on the host's screen.

The code changes every few minutes, so that it cannot be passed on for long. It proves
that somebody saw the screen or knows somebody who did, not more.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.core.cache import cache
from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from members.models import User
from training import attendance
from training.attendance import Method, Outcome, Scan
from training.locks import Refused
from training.models import Attendance, Registration, Slot, TrainingSession

log = logging.getLogger(__name__)

STEP = dt.timedelta(minutes=3)
"""How long one code is shown. It works as long again, for those who type slowly."""
DIGITS = 6
TRIES = 5
_KEEP = dt.timedelta(hours=12)


class CodeRefusal(models.TextChoices):
    WRONG = "wrong", _("This is not the code on the screen. Look at it once more.")
    SPENT = (
        "spent",
        _(
            "That was wrong five times. Write your name into the chat of the meeting: "
            "the organisers will mark you."
        ),
    )
    NO_HALF_DAY = "no_half_day", _("No half-day is running right now.")
    ON_SITE = "on_site", _("At this session you are marked at the desk.")


def has_own_check_in(session: TrainingSession) -> bool:
    return session.mode != TrainingSession.Mode.ONSITE


def running(session: TrainingSession, now: dt.datetime) -> Slot | None:
    """The half-day in which people can check themselves in: `[start, end)`."""
    for slot in attendance.slots_of(session, now=now):
        if slot.starts_at <= now < slot.ends_at:
            return slot
    return None


def code_at(slot: Slot, now: dt.datetime) -> str:
    """The code of these minutes, the same on each server."""
    return _code(slot, _step(now))


def next_code_at(now: dt.datetime) -> dt.datetime:
    return dt.datetime.fromtimestamp((_step(now) + 1) * STEP.total_seconds(), dt.UTC)


def check_in(
    *, registration: Registration, typed: str, by: User, now: dt.datetime
) -> Outcome:
    """Mark oneself. Raises Refused with a CodeRefusal or MarkRefusal, and Busy."""
    session = registration.session
    if not has_own_check_in(session):
        raise Refused(CodeRefusal.ON_SITE)
    slot = running(session, now)
    if slot is None:
        raise Refused(CodeRefusal.NO_HALF_DAY)
    if _tries(registration, slot) >= TRIES:
        raise Refused(CodeRefusal.SPENT)
    if not _is_right(slot, typed, now):
        # Counted before it is answered, so that tries sent side by side count too.
        tries = _count(registration, slot)
        log.warning(
            "wrong code for half-day %s by account %s, try %s", slot.pk, by.pk, tries
        )
        spent = tries >= TRIES
        raise Refused(CodeRefusal.SPENT if spent else CodeRefusal.WRONG)
    return attendance.mark(
        registration_id=registration.pk,
        slot=slot,
        scan=Scan.here(Method.SELF, now),
        by=by,
        now=now,
    )


def is_in(registration: Registration, slot: Slot) -> bool:
    return Attendance.objects.filter(registration=registration, slot=slot).exists()


def is_spent(registration: Registration, slot: Slot) -> bool:
    return _tries(registration, slot) >= TRIES


def _is_right(slot: Slot, typed: str, now: dt.datetime) -> bool:
    digits = "".join(typed.split())
    step = _step(now)
    return any(
        constant_time_compare(digits, _code(slot, one)) for one in (step, step - 1)
    )


def _code(slot: Slot, step: int) -> str:
    seal = salted_hmac("training.own_check_in", f"{slot.pk}:{step}", algorithm="sha256")
    return str(int(seal.hexdigest(), 16) % 10**DIGITS).zfill(DIGITS)


def _step(now: dt.datetime) -> int:
    return int(now.timestamp() // STEP.total_seconds())


def _key(registration: Registration, slot: Slot) -> str:
    return f"training.own_check_in:{registration.pk}:{slot.pk}"


def _tries(registration: Registration, slot: Slot) -> int:
    """Without the cache nobody guesses: content.outage then answers 503."""
    return cache.get(_key(registration, slot), 0)


def _count(registration: Registration, slot: Slot) -> int:
    key = _key(registration, slot)
    cache.add(key, 0, _KEEP.total_seconds())
    return cache.incr(key)
