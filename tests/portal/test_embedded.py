import contextlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import environ
import kombu
import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal import embedded
from portal.embedded import places
from portal.embedded.processes import Process, working_in

pytestmark = pytest.mark.slow

AS_ROOT = os.geteuid() == 0


def start(var, **options):
    return embedded.start(var, durable=False, say=lambda line: None, **options)


def stop(var):
    embedded.stop(var, say=lambda line: None)


def connect(found):
    parts = environ.Env.db_url_config(found.database_url)
    return psycopg2.connect(
        host=parts["HOST"],
        user=parts["USER"],
        password=parts["PASSWORD"],
        dbname=parts["NAME"],
    )


def ask(found, question):
    connection = connect(found)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def ask_cache(found, *command):
    retry = Retry(NoBackoff(), 0)
    with redis.Redis.from_url(found.cache_url, retry=retry) as client:
        return client.execute_command(*command)


def recorded(var, name):
    return json.loads((var / "run" / f"{name}.json").read_text())


def process(var, name):
    return Process.parse(recorded(var, name)["process"])


def everything_of(var):
    return [*working_in(var / "postgres"), *working_in(var / "valkey")]


@pytest.fixture
def home():
    """A folder that every account can enter, as a checkout usually is."""
    folder = Path(tempfile.mkdtemp(prefix="engines-"))
    folder.chmod(0o755)
    yield folder
    for secrets in sorted(folder.rglob("secrets.json")):
        embedded.remove(secrets.parent, say=lambda line: None)
    shutil.rmtree(folder)


@pytest.fixture
def var(home):
    return home / "var"


@pytest.fixture
def running(var):
    start(var)
    return var


def test_both_engines_answer_at_their_addresses(var):
    found = start(var)

    assert ask(found, "SELECT current_database(), current_user") == [
        ("portal", "portal")
    ]
    assert ask_cache(found, "SET", "key", "value")
    with kombu.Connection(found.broker_url) as connection:
        queue = connection.SimpleQueue("letters")
        queue.put({"letter": 1})
        assert queue.get(timeout=5).payload == {"letter": 1}
    # Broker and cache are two databases: emptying one leaves the other alone.
    assert ask_cache(found, "KEYS", "*") == [b"key"]


def test_database_is_utf8_utc_and_lowers_vietnamese(running):
    found = embedded.addresses(running)

    assert ask(
        found,
        "SELECT current_setting('server_encoding'), current_setting('timezone'), "
        "lower('ĐẶNG ƯỚC')",
    ) == [("UTF8", "UTC", "đặng ước")]


def test_role_makes_databases_but_is_no_superuser(running):
    question = "SELECT rolcreatedb, rolsuper FROM pg_roles WHERE rolname = current_user"

    assert ask(embedded.addresses(running), question) == [(True, False)]


def test_nobody_enters_without_the_password(running):
    found = embedded.addresses(running)
    parts = environ.Env.db_url_config(found.database_url)

    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(
            host=parts["HOST"], user="portal", password="wrong", dbname="portal"
        )
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(
            host=parts["HOST"], user="postgres", password="postgres", dbname="postgres"
        )
    wrong = f"unix://:wrong@{parts['HOST']}/valkey.sock?db=1"
    with pytest.raises(redis.AuthenticationError):
        ask_cache(embedded.Addresses("", "", wrong), "PING")


def test_nothing_listens_on_the_network(running):
    import psutil

    pids = {one.pid for one in everything_of(running)}
    assert len(pids) > 2
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            assert psutil.Process(pid).net_connections(kind="inet") == []


def test_secrets_and_sockets_are_private(running):
    folder = Path(environ.Env.db_url_config(_url(running))["HOST"])

    assert stat.S_IMODE((running / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((running / "postgres").stat().st_mode) == 0o700


def _url(var):
    return embedded.addresses(var).database_url


def test_password_is_in_no_command_line(running):
    import psutil

    passwords = json.loads((running / "secrets.json").read_text()).values()
    lines = []
    for one in everything_of(running):
        with contextlib.suppress(psutil.Error):  # short-lived helpers end meanwhile
            lines.append(" ".join(psutil.Process(one.pid).cmdline()))
    assert len(lines) > 2
    assert not any(password in line for line in lines for password in passwords)


def test_second_start_changes_nothing(running):
    before = process(running, "postgres"), process(running, "valkey")

    start(running)

    assert (process(running, "postgres"), process(running, "valkey")) == before


def test_data_survives_stop_and_start(var):
    found = embedded.start(var, say=lambda line: None)
    ask(found, "CREATE TABLE letters AS SELECT 'thư' AS body")
    ask_cache(found, "SET", "key", "value")
    stop(var)

    found = embedded.start(var, say=lambda line: None)

    assert ask(found, "SELECT body FROM letters") == [("thư",)]
    assert ask_cache(found, "GET", "key") == b"value"


def test_stop_leaves_no_process_and_no_socket_folder(running):
    folder = Path(environ.Env.db_url_config(_url(running))["HOST"])
    assert everything_of(running)

    stop(running)

    assert everything_of(running) == []
    assert not folder.exists()
    assert set(embedded.status(running).values()) == {"down"}


def test_stop_twice_and_stop_before_any_start_are_fine(var):
    stop(var)
    start(var)
    stop(var)
    stop(var)

    assert set(embedded.status(var).values()) == {"down"}


@pytest.mark.parametrize("engine", ["postgres", "valkey"])
def test_clean_start_after_an_engine_was_killed(var, engine):
    found = embedded.start(var, say=lambda line: None)
    ask(found, "CREATE TABLE letters AS SELECT 'thư' AS body")
    ask_cache(found, "SET", "key", "value")
    time.sleep(1.1)  # Valkey writes its file every second
    killed = process(var, engine)
    os.kill(killed.pid, signal.SIGKILL)

    found = embedded.start(var, say=lambda line: None)

    assert process(var, engine) != killed
    assert ask(found, "SELECT body FROM letters") == [("thư",)]
    assert ask_cache(found, "GET", "key") == b"value"


def test_start_waits_for_backends_that_outlive_a_killed_server(running):
    found = embedded.addresses(running)
    connection = connect(found)
    connection.autocommit = True
    backend = Process.running(connection.info.backend_pid)
    # A stopped backend cannot notice that its server died.
    os.kill(backend.pid, signal.SIGSTOP)
    server = process(running, "postgres")
    os.kill(server.pid, signal.SIGKILL)

    start(running)

    assert not backend.alive
    assert ask(found, "SELECT 1") == [(1,)]
    connection.close()


def test_recycled_process_id_is_not_killed(running):
    """The record names a living stranger: same id, another beginning."""
    stop(running)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        record = {"var": str(running), "process": f"{stranger.pid} another-boot:1"}
        for name in ("postgres", "valkey"):
            (running / "run" / f"{name}.json").write_text(json.dumps(record))
        (running / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n")

        start(running)
        stop(running)

        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_server_that_lost_its_socket_folder_is_started_anew(running):
    shutil.rmtree(environ.Env.db_url_config(_url(running))["HOST"])

    found = start(running)

    assert ask(found, "SELECT 1") == [(1,)]
    assert ask_cache(found, "PING")


def test_lost_secrets_are_drawn_anew(running):
    before = embedded.addresses(running)
    ask(before, "CREATE TABLE letters AS SELECT 'thư' AS body")
    (running / "secrets.json").unlink()

    found = start(running)

    assert found != before
    assert ask(found, "SELECT body FROM letters") == [("thư",)]
    assert ask_cache(found, "PING")


def test_half_made_database_is_made_anew(var):
    (var / "postgres.new" / "base").mkdir(parents=True)
    (var / "postgres.new" / "PG_VERSION").write_text("18\n")

    assert ask(start(var), "SELECT 1") == [(1,)]


def test_folder_with_a_space_and_quotes_and_accents(home):
    folder = home / 'Tỉnh đoàn\'s "portal" #1'
    folder.mkdir()

    found = start(folder / "var")

    assert ask(found, "SELECT 1") == [(1,)]
    assert ask_cache(found, "PING")


def test_folder_with_a_very_long_path(home):
    folder = home / ("a" * 80) / ("b" * 80)
    assert len(str(folder)) > 150

    found = start(folder)

    assert ask(found, "SELECT 1") == [(1,)]
    assert ask_cache(found, "PING")


def test_long_temp_folder_is_passed_over(home, monkeypatch):
    folder = home / ("t" * 90)
    folder.mkdir(mode=0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    assert ask(start(home / "var"), "SELECT 1") == [(1,)]
    assert list(folder.iterdir()) == []


def test_two_folders_do_not_collide(home):
    one, other = start(home / "one"), start(home / "other")
    ask(one, "CREATE TABLE only_here ()")
    ask_cache(one, "SET", "only", "here")

    assert ask(other, "SELECT to_regclass('only_here')") == [(None,)]
    assert ask_cache(other, "GET", "only") is None
    stop(home / "one")
    assert ask(other, "SELECT 1") == [(1,)]


def test_copied_folder_leaves_its_origin_alone(home):
    """A copy carries the records of a running origin; they are not its own."""
    origin, copy = home / "origin", home / "copy"
    found = start(origin)
    ask(found, "CREATE TABLE letters ()")
    shutil.copytree(origin, copy, ignore=lambda *_: ["postgres", "valkey"])
    before = process(origin, "postgres")

    other = start(copy)

    assert before.alive
    assert other.database_url != found.database_url
    stop(copy)
    assert before.alive
    assert ask(found, "SELECT 1") == [(1,)]


def test_several_processes_start_at_once(var):
    code = (
        "import sys, pathlib; from portal import embedded; "
        "print(embedded.start(pathlib.Path(sys.argv[1]), durable=False,"
        " say=lambda line: None).database_url)"
    )
    # Who leaves engines behind says so on purpose: Python has nothing to warn of.
    starting = [
        subprocess.Popen(
            [sys.executable, "-W", "error::ResourceWarning", "-c", code, str(var)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    said = {one.communicate(timeout=60) for one in starting}

    assert [one.returncode for one in starting] == [0, 0, 0]
    assert said == {(f"{_url(var)}\n".encode(), b"")}
    assert embedded.status(var) == {"PostgreSQL": "runs", "Valkey": "runs"}


def test_engines_stay_while_another_process_uses_them(running):
    code = (
        "import sys, pathlib; from portal import embedded; "
        "embedded.start(pathlib.Path(sys.argv[1]), say=lambda line: None); "
        "print('ready', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(running)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    said = []
    try:
        assert other.stdout.readline() == b"ready\n"
        embedded.stop(running, say=said.append)
        assert str(other.pid) in said[0]
        assert embedded.status(running)["PostgreSQL"] == "runs"
    finally:
        other.kill()
        other.communicate()

    stop(running)

    assert embedded.status(running)["PostgreSQL"] == "down"


def test_only_what_is_wanted_is_started(var):
    start(var, database=False)

    assert embedded.status(var) == {"PostgreSQL": "down", "Valkey": "runs"}


def test_stale_socket_folders_are_swept(home):
    gone = home / "gone"
    left = Path(environ.Env.db_url_config(_url(gone))["HOST"])
    kept = Path(environ.Env.db_url_config(_url(home / "kept"))["HOST"])
    shutil.rmtree(gone)

    places.sweep_sockets()

    assert not left.exists()
    assert kept.exists()


def test_pairs_of_broker_and_cache_are_apart(running):
    one, other = (embedded.addresses(running, pair=pair) for pair in (1, 7))
    ask_cache(one, "SET", "only", "here")

    assert ask_cache(other, "GET", "only") is None
    assert ask_cache(embedded.addresses(running), "GET", "only") is None
    assert one.database_url == other.database_url


def test_addresses_start_nothing_and_stay_the_same(var):
    assert embedded.addresses(var) == embedded.addresses(var)
    assert not (var / "postgres").exists()


def test_folder_that_cannot_be_made_is_one_sentence(home):
    (home / "file").write_text("")

    with pytest.raises(embedded.EmbeddedError, match="cannot be written"):
        start(home / "file" / "var")


def test_data_of_another_version_is_one_sentence(running):
    stop(running)
    (running / "postgres" / "PG_VERSION").write_text("19\n")

    with pytest.raises(embedded.EmbeddedError, match="made by PostgreSQL 19"):
        start(running)


def test_engine_that_does_not_start_quotes_its_last_words(running):
    stop(running)
    (running / "postgres" / "global" / "pg_control").unlink()

    with pytest.raises(embedded.EmbeddedError, match=r"pg_control.*postgres\.log"):
        start(running)


def test_parents_keep_their_permissions(home):
    home.chmod(0o711)
    before = stat.S_IMODE(home.parent.stat().st_mode)

    start(home / "var")

    assert stat.S_IMODE(home.stat().st_mode) == 0o711
    assert stat.S_IMODE(home.parent.stat().st_mode) == before


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user runs the engines as himself")
def test_root_runs_the_engines_as_an_unprivileged_account(running):
    import psutil

    for one in everything_of(running):
        with contextlib.suppress(psutil.NoSuchProcess):
            assert psutil.Process(one.pid).uids().real != 0


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user reaches his own folder")
def test_private_home_of_root_sends_the_data_elsewhere(home, monkeypatch):
    state = home / "state"
    monkeypatch.setattr(places, "STATE", state)
    private = home / "root"
    private.mkdir(mode=0o700)
    said = []

    found = embedded.start(private / "var", durable=False, say=said.append)

    assert ask(found, "SELECT 1") == [(1,)]
    assert [line for line in said if str(state) in line]
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    embedded.remove(private / "var", say=said.append)
    assert not [path for path in state.iterdir() if (path / "postgres").exists()]
