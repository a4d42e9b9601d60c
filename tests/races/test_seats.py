"""Many hands on one session, on real connections (LESSONS section 4, cases 1 to 9)."""

import threading
import time
from collections import Counter

import pytest
from django.db import connection, connections, transaction

from mail.models import Letter
from tests.factories.members import PersonFactory
from tests.factories.training import SessionFactory, State
from training import actions, audit, locks
from training.actions import Busy
from training.models import Registration, TrainingSession

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

CROWD = 50


def at_once(jobs):
    """Run all jobs in threads that start together; results or exceptions in order."""
    barrier = threading.Barrier(len(jobs))
    results = [None] * len(jobs)

    def run(number, job):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            results[number] = job()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(number, job))
        for number, job in enumerate(jobs)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def registering(session, person, now):
    return lambda: actions.register(
        session_id=session.pk, person=person, by=None, now=now
    )


def cancelling(registration, now):
    return lambda: actions.cancel(registration_id=registration.pk, by=None, now=now)


def errors_in(results):
    return [result for result in results if isinstance(result, Exception)]


def race_for_the_last_place(now):
    session = SessionFactory(capacity=1)
    people = PersonFactory.create_batch(CROWD)
    return session, at_once([registering(session, one, now) for one in people])


def test_fifty_race_for_the_last_place(now):
    session, results = race_for_the_last_place(now)

    assert errors_in(results) == []
    states = Counter(one.state for one in results)
    assert states == {State.CONFIRMED: 1, State.WAITING: CROWD - 1}
    places = sorted(one.place for one in results if one.place)
    assert places == list(range(1, CROWD))
    session.refresh_from_db()
    assert (session.confirmed, session.line_tail) == (1, CROWD - 1)
    kinds = Counter(Letter.objects.values_list("kind", flat=True))
    assert kinds == {"training.confirmed": 1, "training.waiting": CROWD - 1}
    assert audit.seats() == []


def test_without_the_lock_the_same_race_goes_wrong(now, monkeypatch):
    """The control: what keeps the race above right is the lock and nothing else."""

    def without_a_lock(session_id):
        found = TrainingSession.objects.get(pk=session_id)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(locks, "lock", without_a_lock)

    _session, results = race_for_the_last_place(now)

    # Nobody is oversold even now: the constraints of the database refuse. But people
    # see errors, which is what the lock is for.
    assert errors_in(results)
    confirmed = Registration.objects.filter(state=State.CONFIRMED).count()
    waiting = Registration.objects.filter(state=State.WAITING).count()
    assert (confirmed, waiting) != (1, CROWD - 1)


def test_a_double_click_is_one_sign_up(now):
    session, person = SessionFactory(capacity=5), PersonFactory()

    results = at_once([registering(session, person, now)] * 10)

    assert errors_in(results) == []
    assert len({one.pk for one in results}) == 1
    assert Registration.objects.count() == Letter.objects.count() == 1
    session.refresh_from_db()
    assert session.confirmed == 1


def test_ten_clicks_on_cancel_free_one_place(now):
    session = SessionFactory(capacity=1)
    people = PersonFactory.create_batch(4)
    holder, *waiting = (registering(session, one, now)() for one in people)

    results = at_once([cancelling(holder, now)] * 10)

    assert errors_in(results) == []
    states = [Registration.objects.get(pk=one.pk).state for one in waiting]
    assert states == [State.CONFIRMED, State.WAITING, State.WAITING]
    assert Letter.objects.filter(kind="training.cancelled").count() == 1
    assert Letter.objects.filter(kind="training.promoted").count() == 1
    assert audit.seats() == []


@pytest.mark.parametrize("round_", range(5))
def test_a_freed_place_goes_to_the_line_and_never_to_a_newcomer(now, round_):
    session = SessionFactory(capacity=2)
    people = PersonFactory.create_batch(6)
    holders = [registering(session, one, now)() for one in people[:2]]
    first, second = (registering(session, one, now)() for one in people[2:4])

    results = at_once(
        [
            cancelling(holders[0], now),
            registering(session, people[4], now),
            cancelling(first, now),
            registering(session, people[5], now),
        ]
    )

    assert errors_in(results) == []
    second.refresh_from_db()
    assert second.state == State.CONFIRMED
    newcomers = Registration.objects.filter(person__in=people[4:])
    assert {one.state for one in newcomers} == {State.WAITING}
    session.refresh_from_db()
    assert session.confirmed == 2
    assert audit.seats() == []


def test_more_places_and_newcomers_at_once_keep_the_order(now):
    session = SessionFactory(capacity=1)
    people = PersonFactory.create_batch(10)
    waiting = [registering(session, one, now)() for one in people[:6]][1:]

    results = at_once(
        [
            lambda: actions.change_capacity(
                session_id=session.pk, capacity=4, by=None, now=now
            ),
            *[registering(session, one, now) for one in people[6:]],
        ]
    )

    assert errors_in(results) == []
    for number, one in enumerate(waiting):
        one.refresh_from_db()
        assert one.state == (State.CONFIRMED if number < 3 else State.WAITING)
    assert audit.seats() == []


def test_yes_and_no_pressed_at_once_give_one_answer(now):
    session = SessionFactory(capacity=5, needs_approval=True)
    registration = registering(session, PersonFactory(), now)()
    decide = [actions.approve, actions.reject]

    at_once(
        [
            lambda act=act: act(registration_id=registration.pk, by=None, now=now)
            for act in decide * 3
        ]
    )

    answers = Letter.objects.exclude(kind="training.pending")
    assert answers.count() == 1
    assert audit.seats() == []


def test_a_long_wait_for_the_lock_ends_as_busy(now):
    session, person = SessionFactory(), PersonFactory()
    held, release = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                actions.lock(session.pk)
                held.set()
                release.wait(timeout=30)
        finally:
            connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(timeout=10)
    started = time.monotonic()
    try:
        with pytest.raises(Busy):
            registering(session, person, now)()
        waited = time.monotonic() - started
    finally:
        release.set()
        holder.join()

    assert 2.5 < waited < 6
    assert not Registration.objects.exists()
    assert registering(session, person, now)().state == State.CONFIRMED
