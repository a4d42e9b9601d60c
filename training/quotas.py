"""Places kept for units: set, taken away, released. None of these drops anybody.

Whoever sits on a kept place that is no longer kept sits on a place for everyone from
then on, and whoever of the unit sits there moves over to a kept one (seats.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Q

from members.models import Unit, User
from training import rules, seats
from training.locks import Refused, session_locked
from training.models import Registration, TrainingSession, UnitQuota
from training.seats import SEATED
from vietnam.dates import local_day


def set_quota(
    *,
    session_id: int,
    unit: Unit,
    places: int,
    by: User | None,
    now: dt.datetime,
    at_most: bool = False,
    release_at: dt.datetime | None = None,
) -> UnitQuota:
    """Keep that many places for the unit and all below it; raises Refused.

    Places that others have already taken are kept as they become free again.
    """
    with _changing(session_id, now) as session:
        return _set(session, unit, places, at_most=at_most, release_at=release_at)


def give_each_unit(
    *,
    session_id: int,
    below: Unit,
    places: int,
    by: User | None,
    now: dt.datetime,
    at_most: bool = False,
    release_at: dt.datetime | None = None,
) -> list[UnitQuota]:
    """Keep the same number for each unit right below one, in place of what it had."""
    units = Unit.objects.current(local_day(now)).filter(parent=below).order_by("pk")
    with _changing(session_id, now) as session:
        return [
            _set(session, unit, places, at_most=at_most, release_at=release_at)
            for unit in units
        ]


def remove_quota(
    *, session_id: int, unit: Unit, by: User | None, now: dt.datetime
) -> None:
    """Keep nothing for the unit any more; without a quota there is nothing to do."""
    with _changing(session_id, now) as session:
        quota = UnitQuota.objects.filter(session=session, unit=unit).first()
        if quota:
            _hand_over(quota, all_but=0)
            quota.delete()
        session.has_quotas = session.quotas.exists()
        session.save(update_fields=["has_quotas", "updated_at"])


def release_now(
    *,
    session_id: int,
    by: User | None,
    now: dt.datetime,
    unit: Unit | None = None,
) -> int:
    """Open what is unused to everyone, for one unit or for all; how many units it was.

    Whatever was released before stays so.
    """
    with _changing(session_id, now) as session:
        rows = UnitQuota.objects.filter(session=session).order_by("pk")
        if unit:
            rows = rows.filter(unit=unit)
        kept = []
        for quota in rows:
            quota.session = session
            if not quota.is_released(now):
                quota.release_at = now
                quota.save(update_fields=["release_at"])
                kept.append(quota)
    return len(kept)


def pass_on(*, old: Unit, new: Unit, now: dt.datetime) -> tuple[int, int]:
    """A unit became another: what is kept for it, and its people's chains, follow.

    Where both had places kept in one session these are added up. The numbers of
    quotas and of sign-ups that went over. Raises Refused and Busy.
    """
    ahead = TrainingSession.objects.filter(ends_at__gt=now)
    mine = Q(quotas__unit=old) | Q(registrations__unit=old)
    kept = sign_ups = 0
    for session_id in ahead.filter(mine).distinct().values_list("pk", flat=True):
        with _changing(session_id, now) as session:
            one, many = _rename(session, old, new)
            kept, sign_ups = kept + one, sign_ups + many
    return kept, sign_ups


def _rename(session: TrainingSession, old: Unit, new: Unit) -> tuple[int, int]:
    live = Registration.objects.filter(session=session).live()
    sign_ups = live.filter(unit=old).update(unit=new)
    quota = UnitQuota.objects.filter(session=session, unit=old).first()
    heir = UnitQuota.objects.filter(session=session, unit=new).first()
    if quota is None:
        return 0, sign_ups
    if heir is None:
        quota.unit = new
        quota.save(update_fields=["unit"])
        return 1, sign_ups
    Registration.objects.filter(quota=quota).update(quota=heir)
    heir.seats, heir.taken = heir.seats + quota.seats, heir.taken + quota.taken
    heir.at_most = heir.at_most and quota.at_most
    heir.save(update_fields=["seats", "taken", "at_most"])
    quota.delete()
    return 1, sign_ups


@contextmanager
def _changing(session_id: int, now: dt.datetime) -> Iterator[TrainingSession]:
    """Afterwards the sum is looked at, people move over and the line moves up."""
    with session_locked(session_id) as session:
        yield session
        # The page says so, and so does the row that others lock.
        session.save(update_fields=["updated_at"])
        if refusal := rules.why_not_quotas(session, now=now):
            raise Refused(refusal)
        seats.promote_next(session, now)


def _set(
    session: TrainingSession,
    unit: Unit,
    places: int,
    *,
    at_most: bool,
    release_at: dt.datetime | None,
) -> UnitQuota:
    if places < 1:
        raise Refused(rules.StaffRefusal.NO_PLACES)
    if release_at and release_at > session.closes_at:
        raise Refused(rules.StaffRefusal.RELEASE_LATE)
    values = {"seats": places, "at_most": at_most, "release_at": release_at}
    quota = UnitQuota.objects.filter(session=session, unit=unit).first()
    if quota is None:
        quota = UnitQuota.objects.create(session=session, unit=unit, **values)
    else:
        _hand_over(quota, all_but=places)
        for name, value in values.items():
            setattr(quota, name, value)
        quota.save(update_fields=[*values, "taken"])
    if not session.has_quotas:
        session.has_quotas = True
        session.save(update_fields=["has_quotas", "updated_at"])
    return quota


def _hand_over(quota: UnitQuota, *, all_but: int) -> None:
    """The last of those above the number sit on places for everyone now."""
    if quota.taken <= all_but:
        return
    seated = Registration.objects.filter(quota=quota, state__in=SEATED)
    last = seated.order_by("-pk").values_list("pk", flat=True)[: quota.taken - all_but]
    Registration.objects.filter(pk__in=list(last)).update(quota=None)
    quota.taken = all_but
    quota.save(update_fields=["taken"])
