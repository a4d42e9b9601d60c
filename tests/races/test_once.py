"""One person, one sign-up, however they come (LESSONS cases 3 and 4); with controls."""

from contextlib import contextmanager

import pytest
from django.db import connection

from mail.models import Letter
from tests.factories.members import PersonFactory, UnitFactory, UserFactory
from tests.factories.training import SessionFactory
from tests.races.test_seats import at_once, errors_in, registering
from training import actions, audit
from training.actions import Refused
from training.models import Registration

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

CLICKS = 10
INDEXES = ("registration_live_once", "registration_identity_once")


@contextmanager
def without_indexes():
    """The database allows several live sign-ups of one person meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = ANY(%s)", [list(INDEXES)]
        )
        made = [definition for (definition,) in cursor.fetchall()]
        assert len(made) == len(INDEXES)
        for name in INDEXES:
            cursor.execute(f"DROP INDEX {name}")
        try:
            yield
        finally:
            Letter.objects.all().delete()
            Registration.objects.all().delete()
            for definition in made:
                cursor.execute(definition)


def clicking(now):
    session, person = SessionFactory(capacity=5), PersonFactory()
    return session, at_once([registering(session, person, now)] * CLICKS)


def test_without_the_index_a_double_click_is_several_sign_ups(now):
    """The control of test_seats.test_a_double_click_is_one_sign_up."""
    with without_indexes():
        _session, results = clicking(now)

        assert errors_in(results) or Registration.objects.count() > 1


def test_with_the_index_back_a_double_click_is_one(now):
    _session, results = clicking(now)

    assert errors_in(results) == []
    assert Registration.objects.count() == Letter.objects.count() == 1


# Case 4: a secretary's list and somebody on it, in the same instant.


def listed_while_signing_up(now, *, twin):
    """`twin`: the person has an account of their own, and the list made a record."""
    session, unit = SessionFactory(capacity=30), UnitFactory()
    people = PersonFactory.create_batch(6, unit=unit)
    alone = people[3]
    if twin:
        alone = PersonFactory(
            full_name=alone.full_name.upper(), email=f" {alone.email.upper()}"
        )
    jobs = [
        lambda: actions.register_group(
            session_id=session.pk, people=people, unit=unit, by=UserFactory(), now=now
        ),
        registering(session, alone, now),
    ]
    return at_once(jobs * 2)


@pytest.mark.parametrize("twin", [False, True])
@pytest.mark.parametrize("round_", range(3))
def test_a_list_and_one_of_its_people_sign_up_once(now, twin, round_):
    results = listed_while_signing_up(now, twin=twin)

    assert all(isinstance(error, Refused) for error in errors_in(results))
    assert Registration.objects.live().count() == 6
    assert Letter.objects.count() == 6
    assert audit.seats() == []


@pytest.mark.usefixtures("no_lock")
def test_without_the_lock_the_list_fails(now):
    results = listed_while_signing_up(now, twin=False)

    errors = [error for error in errors_in(results) if not isinstance(error, Refused)]
    assert errors or audit.seats()
