"""What happens to sessions and sign-ups; nothing else writes their state.

Each verb is one transaction that locks the session's row first (locks.py), asks the
rule again inside the lock, moves the counters together with the rows they count and
queues its letters. Done twice is done once. What holds after each is in seats.py.

This is the one door to all verbs: those about offers, lists of people and places of
units stand in modules of their own.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError
from django.utils.translation import get_language

from content import figures
from members.models import Person, User
from training import emails, lookups, pools, rules, seats, statements
from training.facts import facts_of
from training.groups import Listed, loosen_group, register_group
from training.locks import Busy, Refused, lock, registration_locked, session_locked
from training.models import Registration, TrainingSession
from training.offers import (
    accept_group_offer,
    accept_offer,
    decline_group_offer,
    decline_offer,
    expire_offers,
    recall_offers,
    tend_seats,
)
from training.quotas import give_each_unit, release_now, remove_quota, set_quota
from training.rules import StaffRefusal
from training.seats import promote_next

__all__ = [
    "Busy",
    "Listed",
    "Refused",
    "accept_group_offer",
    "accept_offer",
    "approve",
    "approve_all",
    "cancel",
    "cancel_session",
    "change_capacity",
    "decline_group_offer",
    "decline_offer",
    "excuse",
    "expire_offers",
    "give_each_unit",
    "lock",
    "loosen_group",
    "preview_approval",
    "promote_next",
    "publish_session",
    "register",
    "register_group",
    "reject",
    "release_now",
    "remove_quota",
    "reschedule",
    "revise",
    "set_quota",
    "tend_seats",
    "withdraw_double",
]

log = logging.getLogger(__name__)

State = Registration.State

# What people with a place must hear of when it changes.
TOLD_FIELDS = frozenset(
    {"title", "mode", "venue", "meeting_link", "starts_at", "ends_at"}
)
# Whoever handed in the list that a sign-up stands on.
LIST = "group__made_by__person", "group__unit"
# Written by their own verbs and never by `revise`.
OWN_VERB_FIELDS = frozenset(
    {
        "id",
        "state",
        "capacity",
        "confirmed",
        "offered",
        "line_length",
        "line_tail",
        "has_quotas",
        "agreed_over",
        "sequence",
        "moved_at",
    }
)


def register(
    *,
    session_id: int,
    person: Person,
    by: User | None,
    now: dt.datetime,
) -> Registration:
    """Sign a person up: confirmed, waiting or pending, as the session has it.

    A second call gives back the live sign-up and does nothing. Raises Refused with
    the rule's reason (also where another record of the same person is signed up) and
    Busy.
    """
    session = statements.read_session(session_id)
    try:
        registration = _drafted(session, person, by=by, now=now)
        expected = emails.expect(registration, now=now)
        with session_locked(session_id) as session:
            _register(registration, session, expected, now=now)
    except (Refused, Busy, IntegrityError) as reason:
        # Who is signed up already is found here and not asked of everybody before:
        # the indexes of live sign-ups let one through, two clicks at once as well.
        if mine := _sign_up_of(session_id, person):
            return mine
        if isinstance(reason, Refused):
            figures.count("sign_ups", f"refused: {reason.refusal.value}")
        elif isinstance(reason, Busy):
            figures.count("sign_ups", "busy")
        raise
    figures.count("sign_ups", str(registration.state))
    return registration


def _drafted(
    session: TrainingSession, person: Person, *, by: User | None, now: dt.datetime
) -> Registration:
    """The sign-up as it looks before the lock, in the state it will most likely get.

    Raises Refused: whoever has no chance need not stand in the way of the others.
    """
    if refusal := rules.why_not_admit(session, person, now=now):
        raise Refused(refusal)
    return Registration(
        session=session,
        person=person,
        identity=rules.identity_of(person),
        state=rules.outcome_if_registered(
            session, pools.free_place(session, person.unit_id, now=now)
        ),
        unit=person.unit,
        unit_name=person.unit.name if person.unit else "",
        registered_at=now,
        registered_by=by,
        language=get_language() or "vi",
    )


def _register(
    registration: Registration,
    session: TrainingSession,
    expected: emails.Expected,
    *,
    now: dt.datetime,
) -> None:
    """Everything that happens while the others wait; keep it short."""
    if session.updated_at != registration.session.updated_at:
        _follow_unit(registration)
    if refusal := rules.why_not_admit(session, registration.person, now=now):
        raise Refused(refusal)
    registration.session = session
    steps = seats.settle(registration, now=now)
    statements.count(session, steps, new=registration)
    emails.registered(registration, now=now, expected=expected)


def _follow_unit(registration: Registration) -> None:
    """The session was changed while we waited: a merger may have moved the person."""
    person = registration.person
    person.refresh_from_db(fields=["unit"])
    registration.unit = person.unit
    registration.unit_name = person.unit.name if person.unit else ""


def _sign_up_of(session_id: int, person: Person) -> Registration | None:
    """Raises Refused where another record of the same person is signed up."""
    mine = lookups.live_sign_ups(
        session_id, person.pk, rules.identity_of(person)
    ).first()
    if mine and mine.person_id != person.pk:
        raise Refused(rules.Refusal.ALREADY)
    return mine


def cancel(
    *,
    registration_id: int,
    by: User | None,
    now: dt.datetime,
    tell: bool = True,
) -> Registration:
    """Give the place or the place in line back; a freed place goes to the line.

    Cancelling a cancelled sign-up gives it back unchanged. `tell` of False sends the
    person no letter. Raises Refused and Busy.
    """
    with registration_locked(registration_id) as registration:
        refusal = rules.why_not_cancel(registration, now=now)
        if refusal is rules.CancelRefusal.GONE:
            return registration
        if refusal:
            raise Refused(refusal)
        had_place = registration.state == State.CONFIRMED
        seats.give_back(registration, now=now)
        if tell:
            emails.cancelled(registration, had_place=had_place, now=now)
        promote_next(registration.session, now)
    return registration


def withdraw_double(*, registration_id: int, now: dt.datetime) -> None:
    """End the lesser of two sign-ups that turned out to be one person's.

    Without a letter, and whenever it comes to light. Raises Busy.
    """
    with registration_locked(registration_id) as registration:
        if registration.state in Registration.LIVE:
            seats.give_back(registration, now=now)
            promote_next(registration.session, now)


def excuse(
    *, registration_id: int, reason: str, by: User | None, now: dt.datetime
) -> Registration:
    """Keep why somebody did not come; said in time it is no no-show. Raises Refused.

    A second reason replaces the words and not the moment of the first.
    """
    with registration_locked(registration_id) as registration:
        if refusal := rules.why_not_excuse(registration, now=now):
            raise Refused(refusal)
        registration.excuse = reason
        registration.excused_at = registration.excused_at or now
        registration.save(update_fields=["excuse", "excused_at", "updated_at"])
    return registration


def approve(*, registration_id: int, by: User | None, now: dt.datetime) -> Registration:
    """Say yes to a pending sign-up: a place if one is free, else the line's end.

    Never past the capacity. Approving an approved one changes nothing. Raises
    Refused when it was declined or cancelled, or when nothing is left to give.
    """
    with registration_locked(registration_id) as registration:
        if registration.state in {State.CONFIRMED, State.OFFERED, State.WAITING}:
            return registration
        refusal = rules.why_not_approve(registration, now=now)
        if refusal:
            raise Refused(refusal)
        steps = seats.settle(registration, now=now, approved=True)
        statements.count(registration.session, steps)
        registration.save(update_fields=seats.CHANGED)
        emails.approved(registration, now=now)
    return registration


def approve_all(
    *,
    session_id: int,
    registration_ids: Sequence[int],
    by: User | None,
    now: dt.datetime,
) -> list[Registration]:
    """Say yes to many in the order of their signing up; what is not pending is left.

    Never past the capacity nor past a quota: the later ones stand in line, or stay
    undecided where the session has none. Gives back those it said yes to. Raises
    Refused once the session has started or was cancelled.
    """
    with session_locked(session_id) as session:
        if refusal := rules.why_not_promote(session, now=now):
            raise Refused(refusal)
        tail, steps, approved = session.line_tail, Counter(), []
        for one, place in _places_for(session, registration_ids, now=now):
            if place is not None:
                steps.update(seats.sit(one, place, now=now))
            elif session.has_waiting_list:
                tail += 1
                behind = rules.is_behind(one.person, now=now)
                steps.update(seats.queue_up(one, tail, behind=behind))
            else:
                continue
            approved.append(one)
        statements.count(session, steps)
        seats.save_all(approved, now=now)
        emails.approved_all(approved, now=now)
    return approved


def preview_approval(
    *, session: TrainingSession, registration_ids: Sequence[int], now: dt.datetime
) -> list[Registration]:
    """What `approve_all` would make of them: their state set and nothing saved."""
    found = []
    for one, place in _places_for(session, registration_ids, now=now):
        if place is not None or session.has_waiting_list:
            one.state = rules.outcome_if_registered(session, place, approved=True)
        found.append(one)
    return found


def _places_for(
    session: TrainingSession, keys: Sequence[int], *, now: dt.datetime
) -> list[tuple[Registration, int | None]]:
    """The pending ones in the order of their signing up, and what each would get."""
    pending = _pending(session, keys)
    places = pools.places_for(session, [one.unit_id for one in pending], now=now)
    return list(zip(pending, places, strict=True))


def _pending(session: TrainingSession, keys: Sequence[int]) -> list[Registration]:
    rows = Registration.objects.filter(session=session, pk__in=keys).pending()
    found = list(rows.to_write_to().select_related(*LIST))
    for one in found:
        one.session = session
    return found


def reject(*, registration_id: int, by: User | None, now: dt.datetime) -> Registration:
    """Say no to a pending sign-up. Saying it twice sends one letter."""
    with registration_locked(registration_id) as registration:
        if registration.state == State.REJECTED:
            return registration
        if registration.state != State.PENDING:
            raise Refused(StaffRefusal.NOT_PENDING)
        seats.move(registration, State.REJECTED)
        emails.rejected(registration, now=now)
    return registration


def change_capacity(
    *,
    session_id: int,
    capacity: int,
    by: User | None,
    now: dt.datetime,
    agree_over: bool = False,
    recall: bool = False,
) -> TrainingSession:
    """Set the number of places; drops nobody.

    Offers that are out are honoured, or with `recall` taken back as far as needed, the
    last first; their people stand in line again where they stood. Below what is given
    then it needs `agree_over`, else Refused, as below what is kept for units. More
    places go to the line in its order.
    """
    with session_locked(session_id) as session:
        if refusal := rules.why_not_capacity(session, capacity, now=now):
            raise Refused(refusal)
        over = session.confirmed + session.offered - capacity
        if recall and over > 0:
            over -= recall_offers(session, at_most=over, now=now)
        if over > 0 and not agree_over:
            raise Refused(StaffRefusal.BELOW_CONFIRMED)
        session.capacity = capacity
        session.agreed_over = capacity + over if over > 0 else 0
        session.save(update_fields=["capacity", "agreed_over", "updated_at"])
        promote_next(session, now)
    return session


def publish_session(
    *, session_id: int, by: User | None, now: dt.datetime
) -> TrainingSession:
    """Show a draft to the public. Raises Refused where the rule says no."""
    with session_locked(session_id) as session:
        if session.state == TrainingSession.State.PUBLISHED:
            return session
        if refusal := rules.why_not_publish(session, now=now):
            raise Refused(refusal)
        session.state = TrainingSession.State.PUBLISHED
        session.save(update_fields=["state", "updated_at"])
    return session


def cancel_session(
    *, session_id: int, by: User | None, now: dt.datetime
) -> TrainingSession:
    """Call the session off: one letter to everybody with a live sign-up.

    The sign-ups keep their state, so the list of who was coming stays readable.
    """
    with session_locked(session_id) as session:
        if session.state == TrainingSession.State.CANCELLED:
            return session
        was_public = session.state == TrainingSession.State.PUBLISHED
        session.state = TrainingSession.State.CANCELLED
        session.sequence += 1
        session.save(update_fields=["state", "sequence", "updated_at"])
        if was_public and now < session.ends_at:
            for registration in _live(session):
                emails.session_cancelled(registration, now=now)
    return session


def reschedule(
    *,
    session_id: int,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User | None,
    now: dt.datetime,
) -> TrainingSession:
    """Move the session; its half-days move along by the same amount."""
    changes = {"starts_at": starts_at, "ends_at": ends_at}
    return revise(session_id=session_id, changes=changes, by=by, now=now)


def revise(
    *,
    session_id: int,
    changes: Mapping[str, Any],
    by: User | None,
    now: dt.datetime,
    slots_changed: bool = False,
    rooms_changed: Collection[int] = (),
) -> TrainingSession:
    """Edit a session; whoever has a sign-up hears once of what matters to them.

    `changes` holds new values by field name. Half-days move along with the start,
    unless somebody has just written them (`slots_changed`). Of a room that is called
    otherwise or lies elsewhere (`rooms_changed`, by key) hear those who chose it.
    Raises Refused when the times are the wrong way round and ValueError for a field
    that has its own verb.
    """
    if own := OWN_VERB_FIELDS.intersection(changes):
        raise ValueError(f"{sorted(own)} change by their own actions")
    with session_locked(session_id) as session:
        return _revise(
            session,
            changes,
            now=now,
            slots_changed=slots_changed,
            rooms_changed=rooms_changed,
        )


def _revise(
    session: TrainingSession,
    changes: Mapping[str, Any],
    *,
    now: dt.datetime,
    slots_changed: bool = False,
    rooms_changed: Collection[int] = (),
) -> TrainingSession:
    before, start = facts_of(session, now=now), session.starts_at
    changed = [name for name in changes if getattr(session, name) != changes[name]]
    for name in changed:
        setattr(session, name, changes[name])
    if "starts_at" in changed and "closes_at" not in changes:
        # Whoever moves a session forward need not think of the sign-up's end.
        session.closes_at = session.last_call
        changed.append("closes_at")
    if refusal := rules.why_not_times(session):
        raise Refused(refusal)
    to_all = bool(TOLD_FIELDS.intersection(changed) or slots_changed)
    tell = (
        (to_all or bool(rooms_changed))
        and session.state == TrainingSession.State.PUBLISHED
        and now < session.ends_at
    )
    if "starts_at" in changed:
        if not slots_changed:
            _shift_slots(session, session.starts_at - start)
        session.moved_at = now
        changed.append("moved_at")
    if tell:
        session.sequence += 1
        changed.append("sequence")
    if changed or slots_changed or rooms_changed:
        session.save(update_fields=[*changed, "updated_at"])
    if tell:
        for registration in _live(session):
            if not to_all and registration.point_id not in rooms_changed:
                continue
            emails.changed(registration, before=before, now=now)
    return session


def _shift_slots(session: TrainingSession, shift: dt.timedelta) -> None:
    """The far end first, so that no two share a start on the way."""
    later = shift > dt.timedelta()
    order = "-starts_at" if later else "starts_at"
    for slot in list(session.slots.order_by(order)):
        slot.starts_at += shift
        slot.ends_at += shift
        slot.save(update_fields=["starts_at", "ends_at"])


def _live(session: TrainingSession) -> Iterable[Registration]:
    registrations = Registration.objects.filter(session=session).live().to_write_to()
    for registration in registrations.with_lacks().order_by("id"):
        registration.session = session
        yield registration
