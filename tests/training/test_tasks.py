"""The nightly look at the seats."""

import logging

import pytest

from tests.factories.training import (
    QuotaFactory,
    RegistrationFactory,
    SessionFactory,
    State,
)
from training.models import TrainingSession
from training.tasks import audit_seats, tend_seats

pytestmark = pytest.mark.django_db


def test_what_agrees_is_silent(caplog):
    session = SessionFactory(capacity=2)
    for state in State:
        if state != State.OFFERED:
            RegistrationFactory(session=session, state=state)

    assert audit_seats() == 0
    assert caplog.records == []


@pytest.mark.parametrize(
    "wrong",
    [{"confirmed": 3}, {"offered": 1}, {"line_length": 0}, {"line_tail": 0}],
    ids=str,
)
def test_a_counter_that_drifted_is_an_error_in_the_log(caplog, wrong):
    sound, broken = SessionFactory(), SessionFactory()
    for session in (sound, broken):
        RegistrationFactory(session=session)
        RegistrationFactory(session=session, state=State.WAITING)
    TrainingSession.objects.filter(pk=broken.pk).update(**wrong)

    assert audit_seats() == 1

    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert f"session_id={broken.pk}" in record.getMessage()


@pytest.mark.parametrize("wrong", [{"taken": 1}, {"session__has_quotas": False}])
def test_kept_places_are_looked_at_too(caplog, wrong):
    quota = QuotaFactory()
    assert audit_seats() == 0
    for name, value in wrong.items():
        target = quota.session if name.startswith("session") else quota
        setattr(target, name.removeprefix("session__"), value)
        target.save()

    assert audit_seats() == 1
    assert f"quota {quota.pk}" in caplog.text


def test_each_minute_offers_end(now, time_machine):
    offer = RegistrationFactory(
        session=SessionFactory(capacity=1), state=State.OFFERED, offer_expires_at=now
    )
    time_machine.move_to(now, tick=False)

    assert [tend_seats(), tend_seats()] == [1, 0]
    offer.refresh_from_db()
    assert offer.state == State.CANCELLED
