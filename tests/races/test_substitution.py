"""Several people take one place over at once: one has it, the others hear why not.

With the lock taken away two of them have it.
"""

import pytest

from tests.factories.members import PersonFactory
from tests.factories.training import RegistrationFactory, SessionFactory
from tests.races.test_seats import at_once, errors_in
from training import audit, substitution
from training.actions import Refused
from training.models import Registration

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TAKERS = 4


def all_take(now):
    placed = RegistrationFactory(session=SessionFactory(capacity=1))
    people = PersonFactory.create_batch(TAKERS)
    results = at_once(
        [
            lambda person=person: substitution.substitute(
                registration_id=placed.pk, person=person, by=None, now=now
            )
            for person in people
        ]
    )
    return results, Registration.objects.confirmed().count()


@pytest.mark.parametrize("round_", range(4))
def test_one_place_goes_to_one_person(now, round_):
    results, confirmed = all_take(now)

    errors = errors_in(results)
    assert confirmed == 1
    assert len(errors) == TAKERS - 1
    assert all(isinstance(error, Refused) for error in errors)
    assert audit.seats() == []


@pytest.mark.usefixtures("no_lock")
def test_without_the_lock_it_goes_to_several(now):
    for _ in range(5):
        _results, confirmed = all_take(now)
        if confirmed != 1 or audit.seats():
            return
    pytest.fail("the lock is not what keeps the place one")
