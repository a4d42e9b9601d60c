"""The nightly look at the tree, and at accounts nobody proved."""

import datetime as dt
import logging

import pytest
from django.urls import reverse

from content import clock
from members import actions
from members.models import Role, Unit, User
from members.tasks import audit_units, remove_unproved_accounts
from tests.factories.contests import EntryFactory
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_a_sound_tree_is_quiet(caplog):
    UnitFactory(parent=UnitFactory(parent=UnitFactory()))
    assert audit_units() == 0
    assert not caplog.records


def test_units_in_a_loop_are_counted_and_said_loudly(caplog):
    top = UnitFactory()
    below = UnitFactory(parent=top)
    leaf = UnitFactory(parent=below)
    UnitFactory()
    Unit.objects.filter(pk=top.pk).update(parent=below)
    assert audit_units() == 3
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    for unit in (top, below, leaf):
        assert str(unit.pk) in record.message


def test_no_units_at_all_is_no_error():
    assert audit_units() == 0


def joined(user: User, at) -> User:
    User.objects.filter(pk=user.pk).update(date_joined=at)
    return user


def signed_up(at, **fields) -> User:
    """An account as signing up leaves it: an address that nobody proved."""
    user = UserFactory(verified=False, **{"person": None} | fields)
    user.emailaddress_set.create(email=user.email, primary=True, verified=False)
    return joined(user, at)


@pytest.mark.parametrize(
    ("age", "gone"),
    [(DAY, True), (DAY - dt.timedelta(microseconds=1), False), (90 * DAY, True)],
)
def test_an_account_that_nobody_proved_lives_for_24_hours(now, age, gone):
    user = signed_up(now - age)
    assert actions.remove_unproved_accounts(now=now) == gone
    assert User.objects.filter(pk=user.pk).exists() is not gone


def test_accounts_with_anything_to_them_stay(now):
    old = now - 2 * DAY
    came_in = signed_up(old)
    User.objects.filter(pk=came_in.pk).update(last_login=old)
    proved = signed_up(old)
    proved.emailaddress_set.update(verified=True)
    signed_up(old, password="mat-khau-rieng-82")
    signed_up(old, person=PersonFactory())
    AssignmentFactory(user=signed_up(old), role=Role.JUDGE)
    EntryFactory(owner=signed_up(old))
    # Staff made it; nobody has asked for a code yet.
    joined(UserFactory(verified=False, person=None), old)
    signed_up(old, is_superuser=True)
    before = User.objects.count()
    assert actions.remove_unproved_accounts(now=now) == 0
    assert User.objects.count() == before


def test_signing_up_again_waits_another_day(client):
    user = signed_up(clock.now() - 2 * DAY)
    client.post(reverse("account_signup"), {"email": user.email})
    assert remove_unproved_accounts() == 0


def test_a_second_address_under_way_does_not_hide_the_first(now):
    user = signed_up(now - 2 * DAY)
    user.emailaddress_set.create(email="khac@example.com", verified=True)
    assert actions.remove_unproved_accounts(now=now) == 0
