"""A merger while people sign up with places kept for the unit that ends."""

import threading
import time
from datetime import date

import pytest

from members import actions as members
from members.models import UnitSuccession
from tests.factories.members import PersonFactory, UnitFactory
from tests.factories.training import QuotaFactory, SessionFactory
from tests.races.test_seats import at_once, errors_in, registering
from training import actions, audit, emails
from training.models import Registration

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def late(monkeypatch):
    """Whoever signs up has been looked at before the merger begins, and comes after."""
    looked, expect = threading.Barrier(3), emails.expect

    def waits(*args, **kwargs):
        looked.wait(10)
        time.sleep(0.4)
        return expect(*args, **kwargs)

    monkeypatch.setattr(emails, "expect", waits)
    return looked


def merged_while_two_sign_up(now, looked):
    root = UnitFactory()
    old, new = UnitFactory.create_batch(2, parent=root)
    session = SessionFactory(capacity=2, unit=root)
    QuotaFactory(session=session, unit=old, seats=2)

    def merge():
        looked.wait(10)
        members.succeed_unit(
            old=old,
            heirs=[new],
            kind=UnitSuccession.Kind.MERGE,
            date=date(2026, 11, 23),
            now=now,
        )

    jobs = [registering(session, PersonFactory(unit=old), now) for _ in range(2)]
    results = at_once([*jobs, merge])
    assert errors_in(results) == []
    return session, new


def test_they_get_the_places_that_went_over(now, late):
    session, new = merged_while_two_sign_up(now, late)
    rows = Registration.objects.filter(session=session)
    assert set(rows.values_list("state", "unit")) == {("confirmed", new.pk)}
    quota = session.quotas.get()
    assert (quota.unit, quota.seats, quota.taken) == (new, 2, 2)
    assert audit.seats() == []


def test_without_the_second_look_they_stand_in_line(now, late, monkeypatch):
    """The control: by the unit that has ended nothing is kept for them."""
    monkeypatch.setattr(actions, "_follow_unit", lambda registration: None)
    session, _new = merged_while_two_sign_up(now, late)
    rows = Registration.objects.filter(session=session)
    assert set(rows.values_list("state", flat=True)) != {"confirmed"}
