"""Workers and beats in processes of their own, which tests start and kill."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection

from mail.models import Letter
from portal import embedded

CHECKOUT = Path(settings.BASE_DIR)


class Crew:
    """Workers and beats of one test; all are gone when it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen] = []
        self.port = 0
        self.engines: embedded.Addresses | None = None
        """Those that the test has for itself; else the tests' own."""

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

    def kill_hands(self, process: subprocess.Popen) -> int:
        """Kill the processes at work, not the one that starts others in their place."""
        task = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        hands = [int(number) for number in task.read_text().split()]
        for number in hands:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        return len(hands)

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
                | self._engines()
                | {
                    "DJANGO_SETTINGS_MODULE": "tests.faults.delivery_settings",
                    "TEST_SMTP_PORT": str(self.port),
                    "PORTAL_CLOCK_OFFSET": f"{minutes_later}m",
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def _engines(self) -> dict[str, str]:
        if self.engines is None:
            return {"TEST_DATABASE_URL": test_database_url()}
        return {
            "TEST_DATABASE_URL": self.engines.database_url,
            "TEST_BROKER_URL": self.engines.broker_url,
            "TEST_CACHE_URL": self.engines.cache_url,
        }


def test_database_url() -> str:
    """The database that pytest made, for a process that knows nothing of pytest."""
    url = embedded.addresses(settings.VAR).database_url
    return f"{url.rpartition('/')[0]}/{connection.settings_dict['NAME']}"


test_database_url.__test__ = False


def empty_broker() -> None:
    """The database of the broker that these tests have for themselves."""
    url = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://")
    with redis.Redis.from_url(re.sub(r"virtual_host=\d+", "db=15", url)) as client:
        client.flushdb()


def end_sessions_of_killed_workers() -> None:
    """The test database is emptied next, and nobody may hold a lock on it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def wait_until(
    condition: Callable[[], object],
    crew: Crew,
    seconds: float = 60,
    pause: float = 0.1,
) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            states = list(Letter.objects.values_list("state", "reason", "error"))
            pytest.fail(f"not reached in {seconds} s\n{states}\n{crew.log()}")
        time.sleep(pause)
