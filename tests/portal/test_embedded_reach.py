import os
import socket

import pytest

from portal.embedded import EmbeddedError, reach


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "postgres://",
        "postgres://host",
        "postgres://host/",
        "postgres://user:password@host:port/name",
        "postgres://user:password@host:99999/name",
        "mysql://user:password@host/name",
        "sqlite:///db.sqlite3",
        "postgres://[::1/name",
    ],
)
def test_what_is_no_database_address_is_refused_with_the_right_form(url):
    with pytest.raises(EmbeddedError, match="postgres://USER:PASSWORD@HOST:PORT/NAME"):
        reach.environment({"DATABASE_URL": url})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "postgres://user:password@host/name",
        "postgresql://user:password@host:5433/name?sslmode=require",
        "postgres://user:password@//var/run/postgresql/name",
        "postgres://user:pass%40word@[::1]:5432/name",
    ],
)
def test_database_addresses_pass(url):
    reach.environment({"DATABASE_URL": url})


@pytest.mark.parametrize("text", ["", "0", "-1", "65536", "http", "80a", "８０００"])
def test_what_is_no_port_is_refused(text):
    with pytest.raises(EmbeddedError, match="PORT=9000 make run"):
        reach.port(text)


def test_port_is_a_number():
    assert reach.port("9000") == 9000


def test_taken_port_is_refused_with_the_cure():
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        with pytest.raises(EmbeddedError, match=rf"Port {number} is taken.*PORT=9000"):
            reach.free(number)


def test_port_taken_on_all_addresses_is_refused():
    with (
        socket.create_server(("0.0.0.0", 0)) as server,  # noqa: S104  closed at once
        pytest.raises(EmbeddedError, match="is taken"),
    ):
        reach.free(server.getsockname()[1])


def test_free_port_passes():
    reach.free(reach.any_free_port())


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"password": "wrong"}, "refuses the password of portal"),
        ({"user": "nobody_here"}, "nobody_here"),
        ({"host": "/nowhere"}, "No PostgreSQL answers at /nowhere"),
        ({"host": "127.0.0.1", "port": 1}, r"No PostgreSQL answers at 127\.0\.0\.1"),
        ({"host": "no-such-host.invalid"}, "Nobody knows the host"),
        ({"dbname": "no_such_database"}, "has no database no_such_database"),
    ],
)
@pytest.mark.django_db
def test_database_that_lets_nobody_in_is_one_sentence(changed, sentence):
    from django.db import connection

    parameters = connection.get_connection_params() | changed

    with pytest.raises(EmbeddedError, match=sentence) as caught:
        reach.database(parameters)

    assert "DATABASE_URL" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.django_db
def test_database_that_answers_passes():
    from django.db import connection

    reach.database(connection.get_connection_params())


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:1/0",
        "redis+socket:///nowhere/valkey.sock",
        "unix:///nowhere/valkey.sock",
        "nonsense",
        "redis://host:port/0",
    ],
)
def test_broker_that_does_not_answer_is_one_sentence(url):
    with pytest.raises(EmbeddedError, match=r"REDIS_URL: .*unset REDIS_URL"):
        reach.redis("REDIS_URL", url)


def test_broker_and_cache_that_answer_pass(settings):
    reach.redis("REDIS_URL", settings.CELERY_BROKER_URL)
    reach.redis("CACHE_URL", settings.CACHES["default"]["LOCATION"])


def test_wrong_database_address_stops_every_command_with_one_line(tmp_path):
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=os.environ | {"DATABASE_URL": "postgres://a:b@host:x/name"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_URL is not the address")
    assert len(done.stderr.splitlines()) == 1
