"""Offers, lists, quotas and bulk yeses at once (LESSONS cases 2, 5, 7, 12 and 13).

Each race has its control: with the lock taken away it goes wrong.
"""

import datetime as dt
from collections import Counter

import pytest

from mail.models import Letter
from tests.factories.members import PersonFactory, UnitFactory, UserFactory
from tests.factories.training import QuotaFactory, SessionFactory, State
from tests.races.test_seats import at_once, cancelling, errors_in, registering
from training import actions, audit
from training.models import Registration, TrainingSession

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SECOND = dt.timedelta(seconds=1)


def states(rows):
    rows = Registration.objects.filter(pk__in=[one.pk for one in rows])
    return Counter(rows.values_list("state", flat=True))


def went_wrong(results):
    return bool([one for one in errors_in(results) if not is_refusal(one)]) or bool(
        audit.seats()
    )


def is_refusal(error):
    return isinstance(error, actions.Refused)


# Case 2: sign-ups that touch the same two quotas in opposite orders.


def crowd_of_two_units(now):
    session, units = SessionFactory(capacity=12), UnitFactory.create_batch(2)
    quotas = [QuotaFactory(session=session, unit=unit, seats=3) for unit in units]
    jobs = [
        registering(session, PersonFactory(unit=units[number % 2]), now)
        for number in range(16)
    ]
    jobs += [
        lambda unit=unit, places=places: actions.set_quota(
            session_id=session.pk, unit=unit, places=places, by=None, now=now
        )
        for unit, places in zip(units, (4, 2), strict=True)
    ]
    return session, quotas, at_once(jobs)


@pytest.mark.parametrize("round_", range(6))
def test_two_quotas_at_once_know_no_deadlock(now, round_):
    session, quotas, results = crowd_of_two_units(now)

    assert errors_in(results) == []
    session.refresh_from_db()
    assert (session.confirmed, session.line_length) == (12, 4)
    for quota, seats in zip(quotas, (4, 2), strict=True):
        quota.refresh_from_db()
        assert (quota.taken, quota.seats) == (seats, seats)
    assert audit.seats() == []


@pytest.mark.usefixtures("no_lock")
def test_without_the_lock_two_quotas_go_wrong(now):
    _session, _quotas, results = crowd_of_two_units(now)

    assert went_wrong(results)


# Case 5: a freed place is offered while newcomers come and the line is left.


def freed_and_wanted(now):
    session = SessionFactory(capacity=2, offer_hours=24)
    people = PersonFactory.create_batch(7)
    holders = [registering(session, one, now)() for one in people[:2]]
    line = [registering(session, one, now)() for one in people[2:4]]
    jobs = [cancelling(holder, now) for holder in holders]
    jobs += [cancelling(line[0], now)]
    jobs += [registering(session, one, now) for one in people[4:]]
    return session, line, at_once(jobs)


@pytest.mark.parametrize("round_", range(4))
def test_freed_places_are_offered_in_the_order_of_the_line(now, round_):
    session, line, results = freed_and_wanted(now)

    assert errors_in(results) == []
    line[1].refresh_from_db()
    assert line[1].state == State.OFFERED
    # A newcomer has a place only where the line was empty when they came.
    session.refresh_from_db()
    assert (session.confirmed + session.offered, session.line_length) == (2, 2)
    offered = Registration.objects.filter(state=State.OFFERED).order_by("place")
    waiting = Registration.objects.waiting()
    assert offered.last().place < min(one.place for one in waiting)
    assert (
        Letter.objects.filter(kind="training.offer", about_id=line[1].pk).count() == 1
    )
    assert audit.seats() == []


@pytest.mark.usefixtures("no_lock")
def test_without_the_lock_freed_places_go_astray(now):
    _session, _line, results = freed_and_wanted(now)

    assert went_wrong(results)


# Case 7: the answer comes in the last second, the sweep in the next.


def answered_as_it_ends(now):
    session = SessionFactory(capacity=1, offer_hours=24)
    holder, first, second = (
        registering(session, PersonFactory(), now)() for _ in range(3)
    )
    cancelling(holder, now)()
    first.refresh_from_db()
    ends = first.offer_expires_at
    jobs = [
        lambda: actions.accept_offer(
            registration_id=first.pk, by=None, now=ends - SECOND
        ),
        lambda: actions.expire_offers(session_id=session.pk, now=ends),
    ]
    return session, first, second, at_once(jobs * 3)


@pytest.mark.parametrize("round_", range(6))
def test_an_answer_in_the_last_second_has_one_outcome(now, round_):
    session, first, second, results = answered_as_it_ends(now)

    assert all(is_refusal(error) for error in errors_in(results))
    first.refresh_from_db()
    second.refresh_from_db()
    session.refresh_from_db()
    assert (first.state, second.state) in {
        (State.CONFIRMED, State.WAITING),
        (State.CANCELLED, State.OFFERED),
    }
    assert session.confirmed + session.offered == 1
    letters = Letter.objects.filter(about_id=first.pk)
    told = set(letters.values_list("kind", flat=True))
    assert len(told & {"training.confirmed", "training.offer_expired"}) == 1
    assert audit.seats() == []


@pytest.mark.usefixtures("no_lock")
def test_without_the_lock_the_last_second_has_two_outcomes(now):
    _session, _first, _second, results = answered_as_it_ends(now)

    assert went_wrong(results)


# Case 12: five who come together, three places left, and single people.


def five_and_singles(now):
    session = SessionFactory(capacity=3)
    unit, leader = UnitFactory(), UserFactory()
    five = PersonFactory.create_batch(5, unit=unit)
    TrainingSession.objects.filter(pk=session.pk).update(capacity=5)
    holders = [registering(session, PersonFactory(), now)() for _ in range(2)]
    jobs = [
        lambda: actions.register_group(
            session_id=session.pk,
            people=five,
            unit=unit,
            by=leader,
            now=now,
            together=True,
        )
    ]
    jobs += [registering(session, PersonFactory(), now) for _ in range(6)]
    return session, five, holders, at_once(jobs)


@pytest.mark.parametrize("round_", range(4))
def test_five_come_together_or_wait_together(now, round_):
    _session, five, _holders, results = five_and_singles(now)

    assert errors_in(results) == []
    mine = Registration.objects.filter(person__in=five).order_by("place")
    assert {one.state for one in mine} == {State.WAITING}
    places = [one.place for one in mine]
    assert places == list(range(places[0], places[0] + 5))
    # Whoever came before the five has a place, whoever came after waits behind them.
    singles = Registration.objects.exclude(person__in=five)
    behind = singles.filter(state=State.WAITING)
    assert all(one.place > places[0] for one in behind) or places[0] > 1
    assert audit.seats() == []

    at_once([cancelling(one, now) for one in singles.filter(state=State.CONFIRMED)])
    assert states(mine) in ({State.CONFIRMED: 5}, {State.WAITING: 5})
    assert audit.seats() == []


@pytest.mark.usefixtures("no_lock")
def test_without_the_lock_five_do_not_stay_together(now):
    _session, _five, _holders, results = five_and_singles(now)

    assert went_wrong(results)


# Case 13: two of the staff say yes to sixty for fifty places, others say no.


def sixty_for_fifty(now):
    session = SessionFactory(capacity=50, needs_approval=True)
    people = PersonFactory.create_batch(60)
    pending = [registering(session, one, now)() for one in people]
    keys = [one.pk for one in pending]
    yes = lambda: actions.approve_all(  # noqa: E731
        session_id=session.pk, registration_ids=keys, by=None, now=now
    )
    no = [
        lambda pk=pk: actions.reject(registration_id=pk, by=None, now=now)
        for pk in keys[:4]
    ]
    return session, pending, at_once([yes, yes, yes, *no])


def test_sixty_yeses_for_fifty_places_give_fifty(now):
    _session, pending, results = sixty_for_fifty(now)

    assert all(is_refusal(error) for error in errors_in(results))
    found = states(pending)
    assert found[State.CONFIRMED] == 50
    assert found[State.WAITING] + found[State.REJECTED] == 10
    answers = Letter.objects.exclude(kind="training.pending")
    assert answers.count() == 60
    assert audit.seats() == []


@pytest.mark.usefixtures("no_lock")
def test_without_the_lock_yeses_are_counted_twice(now):
    _session, _pending, results = sixty_for_fifty(now)

    assert went_wrong(results)
