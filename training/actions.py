"""What happens to sessions and sign-ups; nothing else writes their state.

Each verb is one transaction that locks the session's row first (READ COMMITTED), asks
the rule again inside the lock, moves the counters together with the rows they count
and queues its letters. Done twice is done once. A wait for the lock ends after three
seconds (`lock_timeout` in the settings) as `Busy`.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import TextChoices
from django.utils.translation import get_language
from psycopg2.errors import DeadlockDetected, LockNotAvailable

from members.models import Person, User
from training import emails, rules, statements
from training.facts import facts_of
from training.models import Registration, TrainingSession
from training.rules import StaffRefusal

log = logging.getLogger(__name__)

State = Registration.State

# Which counter of the session counts the sign-ups in a state.
COUNTED = {
    State.CONFIRMED: "confirmed",
    State.OFFERED: "offered",
    State.WAITING: "line_length",
}
# What people with a place must hear of when it changes.
TOLD_FIELDS = frozenset(
    {"title", "mode", "venue", "meeting_link", "starts_at", "ends_at"}
)
# Written by their own verbs and never by `revise`.
OWN_VERB_FIELDS = frozenset(
    {
        "id",
        "state",
        "capacity",
        "confirmed",
        "offered",
        "line_tail",
        "agreed_over",
        "sequence",
        "moved_at",
    }
)


class Busy(Exception):
    """Others hold the session's lock; asking again in a moment is right."""


class Refused(Exception):
    """A rule says no; `refusal` is its reason."""

    def __init__(self, refusal: TextChoices) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


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
    if mine := _sign_up_of(session_id, person):
        return mine
    registration = _drafted(statements.read_session(session_id), person, by=by, now=now)
    expected = emails.expect(registration, now=now)
    try:
        with _session_locked(session_id) as session:
            _register(registration, session, expected, now=now)
    except IntegrityError:
        # Two clicks at once: the index of live sign-ups let one of them through.
        if mine := _sign_up_of(session_id, person):
            return mine
        raise
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
        state=rules.outcome_if_registered(session),
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
    if refusal := rules.why_not_admit(session, registration.person, now=now):
        raise Refused(refusal)
    registration.session = session
    steps = _settle(registration, now=now)
    statements.count(session, steps, new=registration)
    emails.registered(registration, now=now, expected=expected)


def _sign_up_of(session_id: int, person: Person) -> Registration | None:
    """Raises Refused where another record of the same person is signed up."""
    mine = Registration.objects.live_of(
        session_id=session_id,
        person_id=person.pk,
        identity=rules.identity_of(person),
    )
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
    with _registration_locked(registration_id) as registration:
        refusal = rules.why_not_cancel(registration, now=now)
        if refusal is rules.CancelRefusal.GONE:
            return registration
        if refusal:
            raise Refused(refusal)
        had_place = registration.state == State.CONFIRMED
        _give_back(registration, now=now)
        if tell:
            emails.cancelled(registration, had_place=had_place, now=now)
        promote_next(registration.session, now)
    return registration


def withdraw_double(*, registration_id: int, now: dt.datetime) -> None:
    """End the lesser of two sign-ups that turned out to be one person's.

    Without a letter, and whenever it comes to light. Raises Busy.
    """
    with _registration_locked(registration_id) as registration:
        if registration.state in Registration.LIVE:
            _give_back(registration, now=now)
            promote_next(registration.session, now)


def promote_next(session: TrainingSession, now: dt.datetime) -> list[Registration]:
    """Let the first of the line in, one for each free place.

    Call it with the session locked, in the transaction that freed the places. Nobody
    is let in once the session has started or was cancelled.
    """
    if rules.why_not_promote(session, now=now) or not session.places_left:
        return []
    line = Registration.objects.filter(session=session).waiting().to_write_to()
    promoted = list(line[: session.places_left])
    steps = {"confirmed": len(promoted), "line_length": -len(promoted)}
    statements.count(session, steps)
    for registration in promoted:
        registration.session = session
        _move(registration, State.CONFIRMED, confirmed_at=now)
        emails.promoted(registration, now=now)
    return promoted


def approve(*, registration_id: int, by: User | None, now: dt.datetime) -> Registration:
    """Say yes to a pending sign-up: a place if one is free, else the line's end.

    Never past the capacity. Approving an approved one changes nothing. Raises
    Refused when it was declined or cancelled, or when nothing is left to give.
    """
    with _registration_locked(registration_id) as registration:
        if registration.state in {State.CONFIRMED, State.WAITING}:
            return registration
        refusal = rules.why_not_approve(registration, now=now)
        if refusal:
            raise Refused(refusal)
        steps = _settle(registration, now=now, approved=True)
        statements.count(registration.session, steps)
        registration.save(
            update_fields=["state", "place", "confirmed_at", "updated_at"]
        )
        emails.approved(registration, now=now)
    return registration


def reject(*, registration_id: int, by: User | None, now: dt.datetime) -> Registration:
    """Say no to a pending sign-up. Saying it twice sends one letter."""
    with _registration_locked(registration_id) as registration:
        if registration.state == State.REJECTED:
            return registration
        if registration.state != State.PENDING:
            raise Refused(StaffRefusal.NOT_PENDING)
        _move(registration, State.REJECTED)
        emails.rejected(registration, now=now)
    return registration


def change_capacity(
    *,
    session_id: int,
    capacity: int,
    by: User | None,
    now: dt.datetime,
    agree_over: bool = False,
) -> TrainingSession:
    """Set the number of places; drops nobody.

    Below the places already given it needs `agree_over`, else Refused. More places
    go to the line in its order.
    """
    with _session_locked(session_id) as session:
        given = session.confirmed + session.offered
        if capacity < 1:
            raise Refused(StaffRefusal.NO_PLACES)
        if capacity < given and not agree_over:
            raise Refused(StaffRefusal.BELOW_CONFIRMED)
        session.capacity = capacity
        session.agreed_over = given if given > capacity else 0
        session.save(update_fields=["capacity", "agreed_over", "updated_at"])
        promote_next(session, now)
    return session


def publish_session(
    *, session_id: int, by: User | None, now: dt.datetime
) -> TrainingSession:
    """Show a draft to the public. Raises Refused where the rule says no."""
    with _session_locked(session_id) as session:
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
    with _session_locked(session_id) as session:
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
) -> TrainingSession:
    """Edit a session; whoever has a sign-up hears once of what matters to them.

    `changes` holds new values by field name. Half-days move along with the start,
    unless somebody has just written them (`slots_changed`). Raises Refused when the
    times are the wrong way round and ValueError for a field that has its own verb.
    """
    if own := OWN_VERB_FIELDS.intersection(changes):
        raise ValueError(f"{sorted(own)} change by their own actions")
    with _session_locked(session_id) as session:
        return _revise(session, changes, now=now, slots_changed=slots_changed)


def _revise(
    session: TrainingSession,
    changes: Mapping[str, Any],
    *,
    now: dt.datetime,
    slots_changed: bool = False,
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
    tell = (
        bool(TOLD_FIELDS.intersection(changed) or slots_changed)
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
    if changed or slots_changed:
        session.save(update_fields=[*changed, "updated_at"])
    if tell:
        for registration in _live(session):
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


def _settle(
    registration: Registration, *, now: dt.datetime, approved: bool = False
) -> dict[str, int]:
    """Give the sign-up its state and its place in line; what the counters step by."""
    session = registration.session
    outcome = rules.outcome_if_registered(session, approved=approved)
    registration.state = outcome
    if outcome == State.CONFIRMED:
        registration.confirmed_at = now
        return {"confirmed": 1}
    if outcome == State.WAITING:
        registration.place = session.line_tail + 1
        return {"line_length": 1, "line_tail": 1}
    return {}


def _give_back(registration: Registration, *, now: dt.datetime) -> None:
    counter = COUNTED.get(State(registration.state))
    statements.count(registration.session, {counter: -1} if counter else {})
    _move(registration, State.CANCELLED, cancelled_at=now)


def _move(registration: Registration, state: State, **times: dt.datetime) -> None:
    if state not in Registration.MOVES[State(registration.state)]:
        raise ValueError(f"no way from {registration.state} to {state}")
    registration.state = state
    for name, moment in times.items():
        setattr(registration, name, moment)
    registration.save(update_fields=["state", "updated_at", *times])


def _live(session: TrainingSession) -> Iterable[Registration]:
    registrations = Registration.objects.filter(session=session).live().to_write_to()
    for registration in registrations.order_by("id"):
        registration.session = session
        yield registration


def lock(session_id: int) -> TrainingSession:
    """The session's row, fresh and ours until the transaction ends.

    NO KEY UPDATE keeps every other verb out and lets rows that merely point to the
    session be written. Raises TrainingSession.DoesNotExist.
    """
    return statements.read_session(session_id, lock=True)


@contextmanager
def _session_locked(session_id: int) -> Iterator[TrainingSession]:
    try:
        with transaction.atomic():
            yield lock(session_id)
    except OperationalError as error:
        if isinstance(error.__cause__, (LockNotAvailable, DeadlockDetected)):
            raise Busy from error
        raise


@contextmanager
def _registration_locked(registration_id: int) -> Iterator[Registration]:
    """The sign-up as it stands once its session is ours."""
    session_id = Registration.objects.values_list("session_id", flat=True).get(
        pk=registration_id
    )
    with _session_locked(session_id) as session:
        registration = Registration.objects.to_write_to().get(pk=registration_id)
        registration.session = session
        yield registration
