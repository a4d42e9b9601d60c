"""The commit that nothing may overtake; what the statement does: `test_delivery`."""

import threading
import time

import psycopg2
import pytest
from django.db import DataError, OperationalError, connection, connections
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from content.figures import counters
from mail.delivery import deliver
from mail.models import Letter
from mail.step import _commit, begin
from tests.factories.mail import LetterFactory
from tests.mail.sessions import other_session

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
State = Letter.State
GATE = 20_261_127
STOP_COMMITS = f"""
    CREATE FUNCTION step_gate() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN NULL; END$$;
    CREATE CONSTRAINT TRIGGER step_gate AFTER UPDATE ON mail_letter
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'sent')
        EXECUTE FUNCTION step_gate();
"""
WAITING = """
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted
"""


@pytest.fixture
def gate():
    """A session that holds up every commit of a settled letter."""
    with connection.cursor() as cursor:
        cursor.execute(STOP_COMMITS)
    with other_session() as held:
        held.execute("SELECT pg_advisory_lock(%s)", [GATE])
        yield held
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION step_gate() CASCADE")


class Announced(dict):
    """Stands in for the office's answers to RCPT and remembers who was named."""

    def get(self, address, default=None):
        self[address] = ""
        return default


class Delivery(threading.Thread):
    def __init__(self, now):
        super().__init__()
        self.now, self.error = now, None
        self.start()

    def run(self):
        try:
            deliver(now=self.now)
        except Exception as error:
            self.error = error
        finally:
            connections.close_all()


def until(holds):
    """The test's own limit stands on the whole."""
    while not (found := holds()):
        time.sleep(0.01)
    return found


def settled_letters():
    counters.flush()
    return counters.read().get(("letters", "sent"), 0)


def waiting_backend(cursor):
    cursor.execute(WAITING, [GATE])
    row = cursor.fetchone()
    return row and row[0]


def test_the_next_letter_is_announced_and_not_sent_before_the_commit(
    post_office, gate, now
):
    LetterFactory.create_batch(3)
    post_office.extensions.append("PIPELINING")
    post_office.recipients = Announced()
    delivery = Delivery(now)

    until(lambda: len(post_office.recipients) == 2 and waiting_backend(gate))
    time.sleep(0.2)
    assert len(post_office.raw) == 1
    assert set(Letter.objects.values_list("state", flat=True)) == {
        State.SENDING,
        State.QUEUED,
    }

    before = settled_letters()
    gate.execute("SELECT pg_advisory_unlock(%s)", [GATE])
    delivery.join()
    assert delivery.error is None
    assert settled_letters() - before == 3, "and counted"
    assert set(post_office.addresses.values()) == {1}
    assert Letter.objects.filter(state=State.SENT, attempts=1).count() == 3


def test_a_commit_that_breaks_leaves_no_letter_unsettled_and_sends_none_twice(
    post_office, gate, now
):
    LetterFactory.create_batch(3)
    post_office.extensions.append("PIPELINING")
    post_office.recipients = Announced()
    delivery = Delivery(now)

    until(lambda: len(post_office.recipients) == 2)
    backend = until(lambda: waiting_backend(gate))
    gate.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    gate.execute("SELECT pg_advisory_unlock(%s)", [GATE])
    delivery.join()

    assert isinstance(delivery.error, OperationalError)
    assert len(post_office.raw) == 1
    states = Letter.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == [State.SENT, State.QUEUED, State.QUEUED]
    assert deliver(now=now) == 2
    assert set(post_office.addresses.values()) == {1}
    assert len(post_office.addresses) == 3


def test_a_statement_that_fails_leaves_no_transaction_open(now):
    with pytest.raises(DataError):
        begin(settle=None, now=now, secret=False, number=2**40, channel="email")
    assert connection.connection.info.transaction_status == TRANSACTION_STATUS_IDLE


def test_a_transaction_that_failed_before_its_commit_is_not_taken_for_settled():
    connection.ensure_connection()
    raw = connection.connection
    with raw.cursor() as cursor:
        cursor.execute("BEGIN")
        with pytest.raises(psycopg2.DataError):
            cursor.execute("SELECT 1 / 0")
    with pytest.raises(psycopg2.OperationalError, match="ROLLBACK"):
        _commit(raw)
    assert raw.info.transaction_status == TRANSACTION_STATUS_IDLE
