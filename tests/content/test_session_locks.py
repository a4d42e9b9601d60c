"""Locks of a session, on the database of all and on a connection of their own."""

import psycopg2
import pytest
from django.db import connection, connections

from content import session_locks

pytestmark = pytest.mark.django_db(transaction=True)

SPACE = 0x74657374  # "test"


@pytest.fixture
def other():
    """Somebody else's session."""
    session = psycopg2.connect(**connection.get_connection_params())
    session.autocommit = True
    with session.cursor() as cursor:
        yield cursor
    session.close()


@pytest.fixture
def direct(monkeypatch):
    """As behind a pooler: a second way to the same database."""
    known = connections.settings | {
        session_locks.DIRECT: connections.settings["default"]
    }
    monkeypatch.setattr(connections, "settings", known)
    connections[session_locks.DIRECT] = connection.copy()
    yield connections[session_locks.DIRECT]
    connections[session_locks.DIRECT].close()
    del connections[session_locks.DIRECT]


def is_free(cursor, number: int = 1) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SPACE, number])
    free = cursor.fetchone()[0]
    cursor.execute("SELECT pg_advisory_unlock_all()")
    return free


def test_a_lock_is_held_for_the_length_of_the_block(other):
    with session_locks.hold(SPACE, 1) as held:
        assert held
        assert not is_free(other)
        assert session_locks.held(SPACE) == [1]
    assert is_free(other)


def test_who_comes_second_goes_without(other):
    other.execute("SELECT pg_advisory_lock(%s, 1)", [SPACE])
    with session_locks.hold(SPACE, 1) as held:
        assert not held
    assert session_locks.held(SPACE) == [1]


def test_behind_a_pooler_the_lock_outlives_the_connection_of_the_work(other, direct):
    with session_locks.hold(SPACE, 1) as held:
        assert held
        connection.close()
        assert not is_free(other)
    assert is_free(other)


def test_a_session_that_broke_has_given_back_its_lock(other, direct):
    with session_locks.hold(SPACE, 1):
        other.execute(
            "SELECT pg_terminate_backend(%s)", [direct.connection.info.backend_pid]
        )
    assert is_free(other)
    with session_locks.hold(SPACE, 1) as held:
        assert held
