"""Delivery by real workers that are killed, over a real mail server that fails.

LESSONS, cases 16 to 18: each address gets exactly one letter, none is lost. The only
duplicate allowed is one per killed worker, under the same Message-ID: the letter that
was with the mail server at that moment.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
import redis
from django.conf import settings
from django.db import connection

from content.clock import now
from mail import tasks
from mail.models import Letter
from tests.factories.mail import LetterFactory
from tests.mail.post_office import PostOffice

pytestmark = [
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

CHECKOUT = Path(settings.BASE_DIR)
STATES = Letter.State


class Crew:
    """Workers and beats of one test; all are gone when it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen] = []
        self.port = 0

    def worker(self, *, minutes_later: int = 0) -> subprocess.Popen:
        return self._start(
            minutes_later,
            *("worker", "--queues", ",".join(settings.QUEUES), "--concurrency", "2"),
            *("--without-gossip", "--without-mingle", "--loglevel", "WARNING"),
        )

    def beat(self, *, minutes_later: int = 0) -> subprocess.Popen:
        schedule = self.folder / f"beat-{len(self.processes)}"
        return self._start(
            minutes_later,
            *("beat", "--schedule", str(schedule), "--pidfile", ""),
            *("--loglevel", "WARNING"),
        )

    def kill(self, process: subprocess.Popen) -> None:
        """As the kernel does it when memory runs out: without a word, all at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.processes:
            self.kill(process)

    def log(self) -> str:
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text()}" for log in logs)

    def _start(self, minutes_later: int, *arguments: str) -> subprocess.Popen:
        log = self.folder / f"{len(self.processes)}-{arguments[0]}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "portal", *arguments],
                cwd=CHECKOUT,
                env=os.environ
                | {
                    "DJANGO_SETTINGS_MODULE": "tests.faults.delivery_settings",
                    "TEST_DATABASE_URL": test_database_url(),
                    "TEST_SMTP_PORT": str(self.port),
                    "PORTAL_CLOCK_OFFSET": f"{minutes_later}m",
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process


def test_database_url() -> str:
    """The database that pytest made, for a process that knows nothing of pytest."""
    from portal import embedded

    url = embedded.addresses(settings.VAR).database_url
    return f"{url.rpartition('/')[0]}/{connection.settings_dict['NAME']}"


test_database_url.__test__ = False


def broker() -> redis.Redis:
    """The database of the broker that these tests have for themselves."""
    url = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://")
    return redis.Redis.from_url(re.sub(r"virtual_host=\d+", "db=15", url))


@pytest.fixture
def crew(tmp_path):
    broker().flushdb()
    crew = Crew(tmp_path)
    try:
        yield crew
    finally:
        crew.stop()
        broker().flushdb()
        end_sessions_of_killed_workers()


@pytest.fixture
def post_office(crew):
    with PostOffice() as office:
        crew.port = office.port
        yield office


def end_sessions_of_killed_workers() -> None:
    """The test database is emptied next, and nobody may hold a lock on it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def wait_until(condition, crew: Crew, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            states = list(Letter.objects.values_list("state", "reason", "error"))
            pytest.fail(f"not reached in {seconds} s\n{states}\n{crew.log()}")
        time.sleep(0.1)


def all_sent() -> bool:
    return not Letter.objects.exclude(state=STATES.SENT).exists()


def due_letters(count: int) -> None:
    moment = now()
    LetterFactory.create_batch(count, not_before=moment, created_at=moment)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_workers_killed_twice_amid_a_hundred_letters(crew, post_office):
    post_office.delay = 0.02
    due_letters(100)
    crew.beat()
    crew.beat()
    for round_, enough in enumerate((30, 60)):
        worker = crew.worker(minutes_later=3 * round_)
        wait_until(lambda enough=enough: len(post_office.raw) >= enough, crew)
        crew.kill(worker)
        assert not all_sent(), "the worker was killed amid its work"
    crew.worker(minutes_later=6)
    wait_until(all_sent, crew)
    letters = Letter.objects.values_list("address", "message_id")
    assert post_office.addresses.keys() == {address for address, _ in letters}
    assert post_office.message_ids.keys() == {message_id for _, message_id in letters}
    assert len(post_office.raw) <= 100 + 2, "one duplicate per killed worker at most"
    assert max(post_office.message_ids.values()) <= 2


def test_worker_asked_to_stop_finishes_its_letter_and_doubles_none(crew, post_office):
    post_office.delay = 0.05
    due_letters(160)
    crew.beat()
    worker = crew.worker()
    wait_until(lambda: len(post_office.raw) >= 20, crew)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0
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
        broker().flushdb()
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
