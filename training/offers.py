"""Offers of places to the line: answered, run out, taken back.

An offered place counts as taken until the answer. Whoever declines or does not answer
in time leaves the line, so that the next one is asked once and nobody twice; they may
sign up again while sign-up is open. People of a list that comes together are offered
their places together and its leader answers for all; one who declines alone leaves the
list, and the others keep theirs.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Sequence

from django.db.models import F, Q

from members.models import User
from training import emails, rules, seats, statements
from training.locks import Busy, Refused, registration_locked, session_locked
from training.models import Registration, RegistrationGroup, TrainingSession
from training.rules import OfferRefusal

log = logging.getLogger(__name__)

State = Registration.State


def accept_offer(
    *, registration_id: int, by: User | None, now: dt.datetime
) -> Registration:
    """Turn an offer into a place. Raises Refused, from `offer_expires_at` on too.

    Accepting what is confirmed already gives it back unchanged.
    """
    with registration_locked(registration_id) as registration:
        if registration.state == State.CONFIRMED:
            return registration
        if refusal := rules.why_not_answer(registration, now=now):
            raise Refused(refusal)
        if registration.answered_by_leader:
            raise Refused(OfferRefusal.LEADER)
        _accept(registration.session, [registration], now=now)
    return registration


def decline_offer(
    *, registration_id: int, by: User | None, now: dt.datetime
) -> Registration:
    """Leave the line; the place goes to the next. Twice is once."""
    with registration_locked(registration_id) as registration:
        if registration.state == State.CANCELLED:
            return registration
        if refusal := rules.why_not_answer(registration, now=now):
            raise Refused(refusal)
        _decline(registration.session, [registration], now=now)
    return registration


def accept_group_offer(
    *, group_id: int, by: User | None, now: dt.datetime
) -> list[Registration]:
    """The leader's yes for all of a list that still have the offer."""
    return _answer_for_all(group_id, _accept, done=State.CONFIRMED, now=now)


def decline_group_offer(
    *, group_id: int, by: User | None, now: dt.datetime
) -> list[Registration]:
    """The leader's no for all of a list; they leave the line."""
    return _answer_for_all(group_id, _decline, done=State.CANCELLED, now=now)


def _answer_for_all(group_id: int, answer, *, done: State, now: dt.datetime):
    group = RegistrationGroup.objects.get(pk=group_id)
    with session_locked(group.session_id) as session:
        rows = list(group.registrations.to_write_to().select_related("group"))
        members = [one for one in rows if one.state == State.OFFERED]
        if not members:
            answered = [one for one in rows if one.state == done]
            if answered:
                return answered
            raise Refused(OfferRefusal.NONE)
        for one in members:
            one.session = session
            if refusal := rules.why_not_answer(one, now=now):
                raise Refused(refusal)
        answer(session, members, now=now)
    return members


def expire_offers(*, session_id: int, now: dt.datetime) -> list[Registration]:
    """End what nobody answered in `[made, offer_expires_at)`; the next one is asked."""
    with session_locked(session_id) as session:
        if session.state != TrainingSession.State.PUBLISHED:
            return []
        due = Registration.objects.filter(session=session, state=State.OFFERED)
        if now < session.starts_at:
            due = due.filter(offer_expires_at__lte=now)
        ended = list(due.to_write_to().order_by("place"))
        _leave(session, ended, now=now)
        emails.offers_ended(ended, now=now)
        seats.promote_next(session, now)
    return ended


def recall_offers(session: TrainingSession, *, at_most: int, now: dt.datetime) -> int:
    """Put the last offers back into the line, each where it stood; how many were.

    With the session locked, where places are taken away. People of one list go back
    together, even if that is more than asked for.
    """
    offers = Registration.objects.filter(session=session, state=State.OFFERED)
    offers = list(
        offers.to_write_to().select_related("group").order_by("-behind", "-place")
    )
    back: list[Registration] = []
    for one in offers:
        with_the_last = (
            back and one.answered_by_leader and one.group_id == back[-1].group_id
        )
        if len(back) >= at_most and not with_the_last:
            break
        back.append(one)
    steps = Counter()
    for one in back:
        one.session = session
        steps.update(seats.leave(one))
        one.state = State.WAITING
        steps["line_length"] += 1
    statements.count(session, steps)
    seats.save_all(back, now=now)
    emails.offers_recalled(back, now=now)
    return len(back)


def tend_seats(*, now: dt.datetime) -> int:
    """Each minute: end what ran out, and give the line what became free by the clock.

    That is what was held for the morning, what units did not use when it was released,
    and what was saved up for people who come together when sign-up closed. Returns how
    many sessions were looked at. A busy one has its turn a minute later, and one that
    fails keeps no other waiting.
    """
    tended = 0
    for session_id in _to_tend(now):
        try:
            expire_offers(session_id=session_id, now=now)
        except Busy:
            log.warning("session %s is busy, seats wait a minute", session_id)
        except Exception:
            log.exception("seats of session %s", session_id)
        else:
            tended += 1
    return tended


def _to_tend(now: dt.datetime) -> list[int]:
    ahead = TrainingSession.objects.filter(
        state=TrainingSession.State.PUBLISHED, ends_at__gt=now
    )
    due = Registration.objects.filter(state=State.OFFERED, offer_expires_at__lte=now)
    ran_out = Q(offered__gt=0) & (
        Q(pk__in=due.values("session")) | Q(starts_at__lte=now)
    )
    free = Q(
        line_length__gt=0,
        starts_at__gt=now,
        capacity__gt=F("confirmed") + F("offered"),
    )
    return list(
        ahead.filter(ran_out | free).order_by("pk").values_list("pk", flat=True)
    )


def _accept(
    session: TrainingSession, members: Sequence[Registration], *, now: dt.datetime
) -> None:
    """On the places they were offered."""
    for one in members:
        one.session = session
        one.state, one.confirmed_at = State.CONFIRMED, now
    statements.count(session, {"offered": -len(members), "confirmed": len(members)})
    seats.save_all(members, now=now)
    emails.accepted(members, now=now)


def _decline(
    session: TrainingSession, members: Sequence[Registration], *, now: dt.datetime
) -> None:
    _leave(session, members, now=now)
    for one in members:
        emails.cancelled(one, had_place=False, now=now)
    seats.promote_next(session, now)


def _leave(
    session: TrainingSession, members: Sequence[Registration], *, now: dt.datetime
) -> None:
    steps = Counter()
    for one in members:
        one.session = session
        steps.update(seats.leave(one))
        one.state, one.cancelled_at = State.CANCELLED, now
        one.updated_at = now
    statements.count(session, steps)
    Registration.objects.bulk_update(
        members, ["state", "quota", "cancelled_at", "updated_at"]
    )
