"""Two clocks on two machines start each task twice, at the same moment."""

import datetime as dt
import threading

import pytest
from django.conf import settings
from django.core import mail
from django.db import connections

from content import clock
from mail.models import Letter
from portal.celery import app
from tests.factories.mail import LetterFactory
from tests.factories.training import RegistrationFactory, SessionFactory
from training import audit

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TASKS = sorted({entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()})
DAY = dt.timedelta(days=1)
ONCE_A_QUEUE = {"mail.tasks.deliver", "mail.tasks.deliver_secret"}
"""Linger for seconds; tests/mail and tests/faults have several of them at once."""


def twice(name: str) -> list[BaseException]:
    """The task in two threads that begin together; what they raised."""
    start, raised = threading.Barrier(2), []

    def run() -> None:
        start.wait()
        try:
            app.tasks[name]()
        except Exception as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_every_task_of_the_clock_may_come_twice():
    """Neither run gets into the other's way."""
    app.loader.import_default_modules()
    now = clock.now()
    # Tomorrow: the reminder of the day before is due.
    session = SessionFactory(
        opens_at=now - 9 * DAY, closes_at=now + DAY / 2, starts_at=now + DAY
    )
    RegistrationFactory.create_batch(3, session=session, registered_at=now - 8 * DAY)
    faults = {}
    for name in TASKS:
        if name not in ONCE_A_QUEUE and (raised := twice(name)):
            faults[name] = raised
    assert faults == {}
    assert audit.seats() == []
    assert Letter.objects.filter(kind="training.reminder").count() == 3


def test_letters_that_two_clocks_wake_somebody_for_leave_once():
    now = clock.now()
    LetterFactory.create_batch(20, not_before=now, created_at=now)
    assert twice("mail.tasks.deliver") == []
    assert set(Letter.objects.values_list("state", flat=True)) == {Letter.State.SENT}
    assert len(mail.outbox) == 20
