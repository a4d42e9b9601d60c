"""What the database itself refuses, and what a form says before it has to."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from tests.factories.members import PersonFactory
from tests.factories.training import (
    RegistrationFactory,
    SessionFactory,
    SlotFactory,
    State,
)
from training.models import Registration, TrainingSession

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def test_the_database_knows_that_seats_end(now):
    session = SessionFactory(capacity=1)
    row = TrainingSession.objects.filter(pk=session.pk)

    with pytest.raises(IntegrityError, match="session_seats"):
        row.update(confirmed=2)


def test_the_database_knows_that_nobody_is_signed_up_twice(now):
    first = RegistrationFactory()

    with pytest.raises(IntegrityError, match="registration_live_once"):
        Registration.objects.create(
            session=first.session,
            person=first.person,
            state=State.PENDING,
            registered_at=now,
        )


def test_the_database_knows_other_spellings(now):
    first = RegistrationFactory()

    with pytest.raises(IntegrityError, match="registration_identity_once"):
        Registration.objects.create(
            session=first.session,
            person=PersonFactory(),
            identity=first.identity,
            state=State.PENDING,
            registered_at=now,
        )


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": State.WAITING}, "registration_place_in_line"),
        ({"state": State.CONFIRMED}, "registration_confirmed_time"),
        ({"state": State.CANCELLED}, "registration_cancelled_time"),
        ({"state": State.OFFERED, "place": 1}, "registration_offer_ends"),
    ],
)
def test_a_state_has_what_belongs_to_it(now, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        Registration.objects.create(
            session=SessionFactory(),
            person=PersonFactory(),
            registered_at=now,
            **fields,
        )


def test_a_place_in_line_belongs_to_one(now):
    first = RegistrationFactory(state=State.WAITING)

    with pytest.raises(IntegrityError, match="registration_place_once"):
        Registration.objects.create(
            session=first.session,
            person=PersonFactory(),
            state=State.WAITING,
            place=first.place,
            registered_at=now,
        )


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"opens_at": SessionFactory.closes_at}, "session_times"),
        ({"ends_at": SessionFactory.starts_at}, "session_times"),
        ({"closes_at": SessionFactory.starts_at + DAY}, "session_closes_before_end"),
        ({"min_age": 30, "max_age": 16}, "session_ages"),
    ],
)
def test_a_session_that_makes_no_sense_is_refused(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        SessionFactory(**fields)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"opens_at": SessionFactory.closes_at}, "closes_at"),
        ({"closes_at": SessionFactory.starts_at + DAY}, "closes_at"),
        ({"ends_at": SessionFactory.starts_at}, "ends_at"),
        ({"min_age": 30, "max_age": 16}, "max_age"),
        ({"venue": ""}, "venue"),
    ],
)
def test_a_form_says_so_beside_the_field(fields, field):
    session = SessionFactory.build(kind=None, unit=None, **fields)

    with pytest.raises(ValidationError) as caught:
        session.clean()

    assert list(caught.value.message_dict) == [field]


def test_an_online_session_needs_no_venue():
    SessionFactory.build(kind=None, unit=None, online=True).clean()


def test_two_half_days_do_not_start_at_once():
    slot = SlotFactory()

    with pytest.raises(IntegrityError, match="slot_once"):
        SlotFactory(session=slot.session)


def test_places_left_never_go_below_none():
    over = TrainingSession(capacity=20, confirmed=26, offered=1)

    assert over.places_left == 0
