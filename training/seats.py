"""Sitting down and getting up: the moves that the verbs are made of.

Call them with the session locked, in the verb's transaction. What always holds after
each of them:

- `confirmed`, `offered`, `line_length` and each quota's `taken` count their rows;
- confirmed plus offered never grows beyond the capacity;
- nobody sits on a place further back in their chain while a nearer one is free
  (pools.py), so that as many places as can be are there for everyone;
- a place that somebody in line may take is on its way to the first of them: given,
  offered, held until 07:00 (offer_times.py) or saved up for people who come together
  (line.py). No newcomer gets it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from training import emails, line, offer_times, pools, rules, statements
from training.models import Registration, TrainingSession, UnitQuota
from training.pools import OPEN, Pools

State = Registration.State

# Which counter of the session counts the sign-ups in a state.
COUNTED = {
    State.CONFIRMED: "confirmed",
    State.OFFERED: "offered",
    State.WAITING: "line_length",
}
SEATED = (State.CONFIRMED, State.OFFERED)
CHANGED = [
    "state",
    "place",
    "behind",
    "quota",
    "confirmed_at",
    "offer_expires_at",
    "updated_at",
]


def open_pools(session: TrainingSession, *, now: dt.datetime) -> Pools:
    """The free places, with the quotas locked in the order of their keys."""
    if not session.has_quotas:
        return Pools(session, now=now)
    quotas = UnitQuota.objects.filter(session=session).order_by("pk")
    return Pools(session, quotas.select_for_update(no_key=True), now=now)


def settle(
    registration: Registration, *, now: dt.datetime, approved: bool = False
) -> Counter:
    """Give a newcomer state, place or place in line; what the counters step by."""
    session = registration.session
    place = None
    if approved or not session.needs_approval:
        free = open_pools(session, now=now)
        place = pools.free_place(session, registration.unit_id, now=now, pools=free)
    outcome = rules.outcome_if_registered(session, place, approved=approved)
    if outcome == State.CONFIRMED:
        return sit(registration, place, now=now)
    if outcome == State.WAITING:
        behind = rules.is_behind(registration.person, now=now)
        return queue_up(registration, session.line_tail + 1, behind=behind)
    registration.state = outcome
    return Counter()


def sit(registration: Registration, place: int, *, now: dt.datetime) -> Counter:
    registration.state = State.CONFIRMED
    registration.confirmed_at = now
    return _on(registration, place, "confirmed")


def offer(registration: Registration, place: int, *, until: dt.datetime) -> Counter:
    registration.state = State.OFFERED
    registration.offer_expires_at = until
    return _on(registration, place, "offered")


def queue_up(registration: Registration, number: int, *, behind: bool) -> Counter:
    registration.state = State.WAITING
    registration.place, registration.behind = number, behind
    return Counter(line_length=1, line_tail=1)


def _on(registration: Registration, place: int, counter: str) -> Counter:
    registration.quota_id = place or None
    return Counter({counter: 1, **({place: 1} if place != OPEN else {})})


def leave(registration: Registration) -> Counter:
    """What the counters step by when somebody leaves the state they are in."""
    steps = Counter()
    if counter := COUNTED.get(State(registration.state)):
        steps[counter] = -1
    if registration.quota_id:
        steps[registration.quota_id] = -1
        registration.quota_id = None
    return steps


def give_back(registration: Registration, *, now: dt.datetime) -> None:
    """End a live sign-up; whoever calls lets the next one in."""
    statements.count(registration.session, leave(registration))
    move(registration, State.CANCELLED, cancelled_at=now)


def move(registration: Registration, state: State, **times: dt.datetime) -> None:
    if state not in Registration.MOVES[State(registration.state)]:
        raise ValueError(f"no way from {registration.state} to {state}")
    registration.state = state
    for name, moment in times.items():
        setattr(registration, name, moment)
    registration.save(update_fields=["state", "quota", "updated_at", *times])


def save_all(registrations: Iterable[Registration], *, now: dt.datetime) -> None:
    """What the moves above changed, in few statements."""
    registrations = list(registrations)
    for registration in registrations:
        registration.updated_at = now
    Registration.objects.bulk_update(registrations, CHANGED, batch_size=500)


def promote_next(session: TrainingSession, now: dt.datetime) -> list[Registration]:
    """Let the line have what is free: give it, or offer it where the session asks.

    Call it in the transaction that freed places. Nobody is let in once the session has
    started or was cancelled.
    """
    if rules.why_not_promote(session, now=now):
        return []
    if not session.has_quotas and not (session.places_left and session.line_length):
        return []
    free = open_pools(session, now=now)
    rebalance(session, free)
    if not session.line_length or free.left <= 0 or offer_times.rests(session, now):
        return []
    places = line.who_is_next(session, free, now=now)
    if not places:
        return []
    until = offer_times.offer_end(session, now)
    rows = Registration.objects.to_write_to().select_related("group__made_by__person")
    rows = rows.in_bulk(places)
    steps, promoted = Counter(), []
    for key, place in places.items():
        registration = rows[key]
        registration.session = session
        steps.update(leave(registration))
        if until and emails.can_ask(registration):
            steps.update(offer(registration, place, until=until))
        else:
            steps.update(sit(registration, place, now=now))
        promoted.append(registration)
    statements.count(session, steps)
    save_all(promoted, now=now)
    emails.let_in(promoted, now=now)
    return promoted


def rebalance(session: TrainingSession, free: Pools) -> None:
    """Move people to the nearest free place of their chain; nobody notices.

    So a place that was kept for a unit and is given back goes to one of its people who
    sits on a place for everyone, and that one becomes free.
    """
    if not any(free.free.values()):
        return
    seated = Registration.objects.filter(session=session, state__in=SEATED)
    rows = list(seated.order_by("pk").values_list("pk", "unit_id", "quota_id"))
    paths = statements.paths_of(unit_id for _, unit_id, _ in rows)
    chains = {unit_id: free.chain(path) for unit_id, path in paths.items()}
    sits = {pk: quota_id or OPEN for pk, _, quota_id in rows}
    before, moving = dict(sits), True
    while moving:
        moving = False
        for pk, unit_id, _ in rows:
            if nearer := _nearer(chains[unit_id], sits[pk], free):
                free.free[nearer] -= 1
                if sits[pk] in free.free:
                    free.free[sits[pk]] += 1
                sits[pk], moving = nearer, True
    _move_over(session, {pk: sits[pk] for pk in sits if sits[pk] != before[pk]}, before)


def _nearer(chain: list[int], sits: int, free: Pools) -> int | None:
    """A free kept place before the one somebody has; what is not in the chain (a place
    for everyone, one released, another unit's) lies behind all of it."""
    for place in chain:
        if place in (sits, OPEN):
            return None
        if free.free[place] > 0:
            return place
    return None


def _move_over(
    session: TrainingSession, moved: dict[int, int], before: dict[int, int]
) -> None:
    steps = Counter()
    for pk, place in moved.items():
        steps[place] += 1
        if before[pk] != OPEN:
            steps[before[pk]] -= 1
    # Those who leave first: a quota may hand one place over and get another.
    for sign in (-1, 1):
        part = {key: step for key, step in steps.items() if step * sign > 0}
        statements.count(session, part)
    for place in set(moved.values()):
        keys = [pk for pk, to in moved.items() if to == place]
        Registration.objects.filter(pk__in=keys).update(quota_id=place)
