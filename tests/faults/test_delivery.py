"""Delivery by real workers that are stopped, over a real mail server that fails.

LESSONS, cases 16 to 18: each address gets exactly one letter, none is lost. The only
duplicate allowed is one per killed worker, under the same Message-ID: the letter that
was with the mail server at that moment. `test_kills` kills at each point and counts.
"""

import contextlib
import signal
import time

import psycopg2
import pytest

from content.clock import now
from mail import tasks
from mail.models import Letter
from tests.factories.mail import LetterFactory
from tests.faults.crew import empty_broker, end_sessions_of_killed_workers, wait_until
from tests.mail.post_office import PostOffice
from tests.ports import free_port

pytestmark = [
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

STATES = Letter.State


def all_sent() -> bool:
    return not Letter.objects.exclude(state=STATES.SENT).exists()


def due_letters(count: int) -> None:
    moment = now()
    LetterFactory.create_batch(count, not_before=moment, created_at=moment)


def test_worker_asked_to_stop_finishes_its_letter_and_doubles_none(crew, post_office):
    post_office.delay = 0.05
    due_letters(160)
    crew.beat()
    worker = crew.worker()
    wait_until(lambda: len(post_office.raw) >= 20, crew)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=60) == 0
    assert not Letter.objects.in_flight().exists()
    assert not all_sent()
    crew.worker()
    wait_until(all_sent, crew)
    assert set(post_office.addresses.values()) == {1}


def test_emptied_broker_loses_no_letter(crew, post_office):
    due_letters(1)
    crew.beat()
    crew.worker()
    wait_until(all_sent, crew)
    for _ in range(2):
        empty_broker()
        time.sleep(tasks.SECONDS + 1)  # no run from before looks on any more
        due_letters(10)
        wait_until(all_sent, crew)
    assert set(post_office.addresses.values()) == {1}
    assert len(post_office.raw) == 21


def test_letters_outlast_a_mail_server_that_is_away(crew):
    crew.port = free_port()
    due_letters(10)
    crew.beat()
    crew.worker()
    shown = Letter.objects.filter(reason=Letter.Reason.NO_SERVER, attempts=0)
    wait_until(shown.exists, crew)
    with PostOffice(crew.port) as post_office:
        wait_until(all_sent, crew)
    assert set(post_office.addresses.values()) == {1}
    assert not Letter.objects.exclude(attempts=1).exists()


def test_letters_outlast_a_lost_database_session(crew, post_office):
    """What the server took is written down over a new session, not sent again."""
    post_office.delay = 0.05
    due_letters(40)
    crew.beat()
    crew.worker()
    wait_until(lambda: len(post_office.raw) >= 5, crew)
    with contextlib.suppress(psycopg2.OperationalError):
        end_sessions_of_killed_workers()
    wait_until(all_sent, crew)
    assert set(post_office.addresses.values()) == {1}
