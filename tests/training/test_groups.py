"""Lists of people: the rules of one for all, few statements, all or none."""

import datetime as dt

import pytest

from mail.models import Letter
from tests.factories.members import (
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.training import QuotaFactory, RegistrationFactory, SessionFactory
from training import actions, audit
from training.actions import Refused
from training.groups import ListRefused
from training.models import Registration, RegistrationGroup
from training.rules import Refusal, why_not_register

pytestmark = pytest.mark.django_db

State = Registration.State


@pytest.fixture(autouse=True)
def _counters_follow_rows():
    yield
    assert audit.seats() == []


def hand_in(session, people, now, **choice):
    choice = {"unit": UnitFactory(), "by": UserFactory()} | choice
    return actions.register_group(
        session_id=session.pk, people=people, now=now, **choice
    )


def states(listed):
    return [one.state for one in listed.registrations]


def test_a_list_fills_the_places_and_then_the_line_in_its_order(now):
    session = SessionFactory(capacity=3)
    RegistrationFactory(session=session)
    people = PersonFactory.create_batch(4)

    listed = hand_in(session, people, now)

    assert [one.person for one in listed.registrations] == people
    assert states(listed) == [State.CONFIRMED] * 2 + [State.WAITING] * 2
    assert [one.place for one in listed.registrations] == [None, None, 1, 2]
    assert {one.group for one in listed.registrations} == {listed.group}
    kinds = Letter.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["training.confirmed"] * 2 + ["training.waiting"] * 2


def test_together_is_all_or_none(now):
    session = SessionFactory(capacity=3)
    RegistrationFactory(session=session)

    fits = hand_in(session, PersonFactory.create_batch(2), now, together=True)
    waits = hand_in(session, PersonFactory.create_batch(2), now, together=True)

    assert states(fits) == [State.CONFIRMED] * 2
    assert states(waits) == [State.WAITING] * 2


def test_nobody_on_a_list_passes_the_line(now):
    session = SessionFactory(capacity=5)
    RegistrationFactory(session=session, state=State.WAITING)

    listed = hand_in(session, PersonFactory.create_batch(2), now)

    assert states(listed) == [State.WAITING] * 2


def test_people_who_never_fit_together_are_told_so(now):
    session = SessionFactory(capacity=3)

    with pytest.raises(Refused) as caught:
        hand_in(session, PersonFactory.create_batch(4), now, together=True)

    assert caught.value.refusal is Refusal.TOO_MANY
    assert not RegistrationGroup.objects.exists()


def test_a_quota_that_is_all_they_may_have_is_too_small_for_more(now):
    session, unit = SessionFactory(capacity=30), UnitFactory()
    QuotaFactory(session=session, unit=unit, seats=2, at_most=True)
    people = PersonFactory.create_batch(3, unit=unit)

    with pytest.raises(Refused) as caught:
        hand_in(session, people, now, together=True)
    assert caught.value.refusal is Refusal.TOO_MANY

    listed = hand_in(session, people, now)
    assert states(listed) == [State.CONFIRMED] * 2 + [State.WAITING]


def world(session):
    """One of each kind of person, with the reason why not."""
    unit, below = session.audience_unit, UnitFactory(parent=session.audience_unit)
    inside = {"unit": below}
    child = PersonFactory(birth_date=dt.date(2013, 9, 5), **inside)
    brave = PersonFactory(birth_date=dt.date(2013, 9, 5), unit=unit)
    ConsentFactory(person=brave, guardian=GuardianFactory(), purpose="training")
    there = PersonFactory(**inside)
    RegistrationFactory(session=session, person=there)
    twin = PersonFactory(full_name=there.full_name, email=there.email, **inside)
    return [
        (PersonFactory(**inside), None),
        (PersonFactory(), Refusal.AUDIENCE_UNIT),
        (PersonFactory(full_name=" ", **inside), Refusal.PROFILE),
        (child, Refusal.GUARDIAN),
        (brave, None),
        (PersonFactory(birth_date=None, **inside), Refusal.BIRTH_UNKNOWN),
        (PersonFactory(birth_date=dt.date(1960, 1, 1), **inside), Refusal.TOO_OLD),
        (there, Refusal.ALREADY),
        (twin, Refusal.ALREADY),
    ]


def test_each_on_a_list_is_judged_as_they_would_be_alone(now):
    session = SessionFactory(audience_unit=UnitFactory(), max_age=40)
    pairs = world(session)
    expected = {person.pk: refusal for person, refusal in pairs if refusal}

    for person, refusal in pairs:
        assert why_not_register(session, person, now=now) is refusal
    listed = hand_in(session, [person for person, _ in pairs], now)

    assert listed.refusals == expected
    assert len(listed.registrations) == 2


def test_one_refusal_refuses_the_list_where_that_was_chosen(now):
    session = SessionFactory(max_age=40)
    old = PersonFactory(birth_date=dt.date(1960, 1, 1))

    with pytest.raises(ListRefused) as caught:
        hand_in(session, [PersonFactory(), old], now, all_or_nothing=True)

    assert caught.value.refusals == {old.pk: Refusal.TOO_OLD}
    assert not Registration.objects.exists()


def test_a_name_typed_twice_counts_once(now):
    session, one = SessionFactory(), PersonFactory()
    twin = PersonFactory(full_name=one.full_name, email=one.email)

    listed = hand_in(session, [one, twin, one], now)

    assert [sign_up.person for sign_up in listed.registrations] == [one]
    assert set(listed.refusals.values()) == {Refusal.ALREADY}


def test_without_a_line_those_without_a_place_are_left_out(now):
    session = SessionFactory(capacity=1, has_waiting_list=False)
    people = PersonFactory.create_batch(2)

    listed = hand_in(session, people, now)

    assert states(listed) == [State.CONFIRMED]
    assert listed.refusals == {people[1].pk: Refusal.FULL}


def test_with_approval_a_list_waits_for_it(now):
    session = SessionFactory(capacity=1, needs_approval=True)

    listed = hand_in(session, PersonFactory.create_batch(2), now)

    assert states(listed) == [State.PENDING] * 2


@pytest.mark.parametrize("number", [30, 300])
def test_a_long_list_is_as_few_statements(now, number, django_assert_max_num_queries):
    session = SessionFactory(capacity=20)
    unit, by = UnitFactory(), UserFactory()
    QuotaFactory(session=session, unit=unit)
    people = PersonFactory.create_batch(number, unit=unit)

    with django_assert_max_num_queries(30):
        listed = hand_in(session, people, now, unit=unit, by=by)

    assert len(listed.registrations) == number
    assert Letter.objects.count() == number


def test_whoever_objected_is_not_listed_again_by_whatever_way(now):
    session = SessionFactory()
    gone = RegistrationFactory(
        session=session, state="cancelled", cancelled_at=now, objected_at=now
    )
    listed = actions.register_group(
        session_id=session.pk,
        people=[gone.person, PersonFactory()],
        unit=session.unit,
        by=None,
        now=now,
    )
    assert listed.refusals == {gone.person_id: Refusal.OBJECTED}
    assert len(listed.registrations) == 1
    # Their own word is another matter.
    assert why_not_register(session, gone.person, now=now) is None
