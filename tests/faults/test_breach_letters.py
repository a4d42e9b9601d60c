"""A worker is killed in the middle of the letters about a breach; another goes on."""

import os
import subprocess
import sys
import time

import pytest
from django.db import connection

from content.clock import now
from mail.models import Letter
from members.breaches import actions, notices
from members.models import Breach, BreachNotice, BreachPerson, Person
from tests.factories.members import UserFactory
from tests.faults.crew import (
    CHECKOUT,
    end_sessions_of_killed_workers,
    test_database_url,
)

pytestmark = [
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

PEOPLE = 500
GATE = 20_261_127
"""The advisory lock that the letter of the 300th waits for: in the second batch."""
STOP = f"""
    CREATE FUNCTION fault_stop() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN PERFORM pg_advisory_xact_lock({GATE}); RETURN NEW; END$$;
    CREATE TRIGGER fault_stop BEFORE INSERT ON mail_letter FOR EACH ROW
        WHEN (NEW.address = 'ai300@example.com') EXECUTE FUNCTION fault_stop();
"""
WORK = """
import django; django.setup()
from content.clock import now
from members.breaches import notices
notices.carry_on(pk={pk}, now=now())
"""


def _ask(sql: str):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


@pytest.fixture
def gate():
    _ask(STOP)
    _ask(f"SELECT pg_advisory_lock({GATE})")
    try:
        yield
    finally:
        _ask("SELECT pg_advisory_unlock_all()")
        _ask("DROP FUNCTION fault_stop CASCADE")


def _notice() -> BreachNotice:
    moment = now()
    breach = Breach.objects.create(
        title="Gửi nhầm", happened_from=moment, known_at=moment, kinds_of_data="Họ tên"
    )
    people = [
        Person(full_name=f"Lý Thị {n}", email=f"ai{n}@example.com", birth_year=1990)
        for n in range(PEOPLE)
    ]
    actions.add_people(breach=breach, people=Person.objects.bulk_create(people))
    return notices.start(breach=breach, words="Đổi mã.", by=UserFactory(), now=moment)


def test_killed_in_between_nobody_is_left_out_and_nobody_gets_two(gate):
    notice = _notice()
    worker = subprocess.Popen(
        [sys.executable, "-c", WORK.format(pk=notice.pk)],
        cwd=CHECKOUT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "TEST_DATABASE_URL": test_database_url(),
        },
    )
    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    until = time.monotonic() + 60
    while not _ask(waits):
        assert worker.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    worker.kill()
    worker.wait()
    end_sessions_of_killed_workers()
    written = Letter.objects.filter(kind="members.breach")
    assert written.count() == notices.AT_ONCE, "one batch, and nothing of the next"
    _ask(f"SELECT pg_advisory_unlock({GATE})")

    BreachNotice.objects.update(seen_at=now() - notices.running.LOST * 2)
    assert notices.carry_on(pk=notice.pk, now=now()) == "done"
    assert written.values("address").distinct().count() == written.count() == PEOPLE
    assert not BreachPerson.objects.filter(told_at=None).exists()
    notice.refresh_from_db()
    assert (notice.told, notice.unreached) == (PEOPLE, 0)
