import datetime as dt
import socket
import threading
import time

import pytest
from celery import Celery, current_app
from django.db import transaction

from mail import tasks, wake
from mail.actions import queue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def broker():
    """The real broker, its queues empty, and nobody woken yet."""
    wake._silent_until.update({False: 0.0, True: 0.0})
    with current_app.connection_for_write() as connection:
        client = connection.default_channel.client
        client.delete("letters", "secret")
        yield client
        client.delete("letters", "secret")


def messages(broker) -> dict[str, int]:
    """How many wait on each queue once all threads are through."""
    for thread in threading.enumerate():
        if thread.name == "wake":
            thread.join()
    return {name: broker.llen(name) for name in ("letters", "secret")}


def write(content, now, **kwargs):
    address = "lan@example.com"
    return queue(
        kind="tests.plain", address=address, content=content, now=now, **kwargs
    )


@pytest.mark.django_db(transaction=True)
class TestLetter:
    def test_committed_letter_wakes_the_worker(self, broker, content, now):
        write(content, now)
        assert messages(broker) == {"letters": 1, "secret": 0}

    def test_secret_letter_has_its_own_queue(self, broker, content, now):
        write(content, now, secret=True)
        assert messages(broker) == {"letters": 0, "secret": 1}

    def test_rush_sends_one_message(self, broker, content, now):
        for _ in range(20):
            write(content, now)
        assert messages(broker) == {"letters": 1, "secret": 0}

    def test_letters_a_while_apart_send_one_each(self, broker, content, now):
        write(content, now)
        messages(broker)
        time.sleep(wake.PAUSE)
        write(content, now)
        assert messages(broker) == {"letters": 2, "secret": 0}

    def test_rolled_back_letter_wakes_nobody(self, broker, content, now):
        with transaction.atomic():
            write(content, now)
            transaction.set_rollback(True)
        assert messages(broker) == {"letters": 0, "secret": 0}

    def test_letter_for_later_wakes_nobody(self, broker, content, now):
        write(content, now, not_before=now + dt.timedelta(hours=1))
        assert messages(broker) == {"letters": 0, "secret": 0}


def test_broker_that_says_nothing_costs_the_writer_nothing(broker, monkeypatch, caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        away = Celery(broker=address, set_as_current=False)
        monkeypatch.setattr(wake, "current_app", away)
        wake.send(secret=False)
        wake.send(secret=False)
        asking = [one for one in threading.enumerate() if one.name == "wake"]
        assert len(asking) == 1  # it waits for an answer; we are here already
    messages(broker)
    assert caplog.text.count("broker not reached") == 1


def test_writers_keep_silent_for_shorter_than_a_deliverer_looks_on():
    assert wake.PAUSE < tasks.LINGER < tasks.SECONDS
