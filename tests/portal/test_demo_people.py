"""The demo's youth without e-mail, who enters by a card."""

import pytest

from members import actions, cards
from members.models import Person, Role, User
from portal import demo
from portal.demo import people
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def youth():
    unit = UnitFactory()
    secretary = UserFactory(email="bithu@example.com")
    AssignmentFactory(user=secretary, role=Role.UNIT_SECRETARY, unit=unit)
    return PersonFactory(
        full_name=people.CARD_YOUTH[0],
        member_code=people.CARD_YOUTH[1],
        unit=unit,
        email="",
    )


def test_each_start_gives_a_card_that_signs_in(youth, now):
    for _ in range(2):
        code = cards.read(demo.card_code(now=now))
        user = actions.enter_with_card(code=code, browser="one", now=now)
        assert user.person == youth


def test_without_the_demo_there_is_no_card(now):
    assert demo.card_code(now=now) is None


def test_once_the_youth_has_an_address_there_is_no_card(youth, now):
    UserFactory(person=youth)
    assert demo.card_code(now=now) is None
    assert User.objects.filter(person=youth).count() == 1


def test_the_demo_has_the_youth_once(now, settings):
    from portal.demo import units

    settings.DEBUG = True
    world = demo.World(now=now)
    units.load(world)
    for _ in range(2):
        people.load(world)
    youth = Person.objects.get(member_code=people.CARD_YOUTH[1])
    assert not youth.email
    assert demo.card_code(now=now)
