import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import environ
import psycopg2
import pytest

from portal import embedded, up
from portal.embedded import leftovers
from portal.embedded.processes import carrying
from tests.ports import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.fault,
    # One process for all: the first start takes long.
    pytest.mark.xdist_group("up"),
]

READY = "The portal: "
PASSED_ON = ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "EMAIL_URL", "SITE_URL", "PORT")


@pytest.fixture(scope="module")
def var():
    """One folder for all tests here: only the first start is a long one."""
    folder = Path(tempfile.mkdtemp(prefix="up-"))
    folder.chmod(0o755)
    yield folder / "a folder"
    embedded.remove(folder / "a folder", say=lambda line: None)
    shutil.rmtree(folder)


@pytest.fixture
def port():
    return free_port()


class Run:
    """`make run` without make."""

    def __init__(self, var, port, **environment):
        kept = {k: v for k, v in os.environ.items() if k not in PASSED_ON}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        self.var, self.port = var, port
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            env=kept | {"PORTAL_VAR": str(var), "PORT": str(port)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []

    def until(self, words):
        for line in self.process.stdout:
            self.lines.append(line)
            if words in line:
                return self
        raise AssertionError(f"{words!r} never came: {''.join(self.lines)}")

    def stop(self, number=signal.SIGINT):
        os.kill(self.process.pid, number)
        return self.finish()

    def finish(self):
        rest, _ = self.process.communicate(timeout=60)
        self.lines += rest.splitlines(keepends=True)
        return self.process.returncode

    @property
    def said(self):
        return "".join(self.lines)

    @property
    def mark(self):
        return json.loads((self.var / "run" / "up.json").read_text())["mark"]

    def get(self, path):
        url = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()


@pytest.fixture
def running():
    runs = []

    def start(*arguments, **environment):
        runs.append(Run(*arguments, **environment))
        return runs[-1]

    yield start
    for run in runs:
        with contextlib.suppress(OSError, ValueError):
            for left in carrying(leftovers.VARIABLE, run.mark):
                left.signal(signal.SIGKILL)
        if run.process.poll() is None:
            run.process.kill()
        run.process.communicate()


def left(mark):
    return list(carrying(leftovers.VARIABLE, mark))


def test_everything_runs_and_ctrl_c_leaves_nothing(running, var, port):
    run = running(var, port).until("Ctrl-C stops it.")
    mark = run.mark

    assert run.get("/")[0] == 200
    assert run.get("/thu/")[0] == 200
    # Written before the first page: in the language of the site all the same, and
    # with links to this very port. The worker delivers them one after the other.
    session, texts = f"http://127.0.0.1:{port}/tap-huan/", []
    give_up = time.monotonic() + 60
    while not texts and time.monotonic() < give_up:
        letters = re.findall(r"/thu/[^\"]+\.eml/", run.get("/thu/")[1])
        texts = [
            one for one in (run.get(letter)[1] for letter in letters) if session in one
        ]
    assert texts
    assert not [text for text in texts if "Hello" in text or "Chào" not in text]
    assert ".avif" in run.get("/")[1]
    assert f"http://127.0.0.1:{port}/" in run.said
    assert "@example.com" in run.said
    assert "PostgreSQL runs" in run.said
    assert len(left(mark)) > 8

    assert run.stop() == 0
    assert left(mark) == []
    assert set(embedded.status(var).values()) == {"down"}
    assert "Traceback" not in run.said


def test_second_start_does_no_work_twice(running, var, port):
    running(var, port).until(READY).stop(signal.SIGTERM)
    run = running(var, port).until(READY)
    run.stop(signal.SIGTERM)

    assert "migrations" not in run.said
    assert "static files" not in run.said
    assert "demo" not in run.said


def test_start_after_a_kill_finds_and_ends_the_rest(running, var, port):
    run = running(var, port).until(READY)
    mark = run.mark
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.wait()
    assert left(mark)

    # The same port: what was left held it.
    again = running(var, port).until(READY)

    assert left(mark) == []
    assert "that the last run left" in again.said
    assert again.get("/healthz")[0] == 200
    assert again.stop() == 0


def test_killed_worker_ends_the_run_with_a_word_and_code_1(running, var, port):
    run = running(var, port).until(READY)
    mark = run.mark
    import psutil

    for one in left(mark):
        with contextlib.suppress(psutil.Error):
            if "worker" in psutil.Process(one.pid).cmdline():
                one.signal(signal.SIGKILL)

    assert run.finish() == 1
    assert "worker ended on its own" in run.said
    assert left(mark) == []


def had_the_demo(url):
    """A database without tables, which the demo is not loaded into: that takes long,
    and the first test here looks at it."""
    parts = environ.Env.db_url_config(url)
    link = psycopg2.connect(
        host=parts["HOST"],
        user=parts["USER"],
        password=parts["PASSWORD"],
        dbname=parts["NAME"],
    )
    with contextlib.closing(link), link, link.cursor() as ask:
        ask.execute(
            "CREATE TABLE django_migrations (id bigint GENERATED BY DEFAULT AS IDENTITY"
            " PRIMARY KEY, app varchar(255) NOT NULL, name varchar(255) NOT NULL,"
            " applied timestamptz NOT NULL)"
        )
        ask.execute("COMMENT ON TABLE django_migrations IS %s", [up.DEMO_LOADED])


def test_database_of_the_environment_replaces_the_embedded_one(running, var, port):
    own = var.parent / "own"
    found = embedded.start(own, say=lambda line: None, durable=False)
    had_the_demo(found.database_url)
    run = running(
        var,
        port,
        DATABASE_URL=found.database_url,
        REDIS_URL=found.broker_url,
        CACHE_URL=found.cache_url,
    ).until(READY)

    assert "PostgreSQL runs" not in run.said
    assert "Valkey runs" not in run.said
    assert "migrations" in run.said
    assert "demo" not in run.said
    assert set(embedded.status(var).values()) == {"down"}
    assert run.get("/")[0] == 200

    assert run.stop() == 0
    assert set(embedded.status(own).values()) == {"runs"}
    embedded.stop(own, say=lambda line: None)


def refusal(run):
    """The one line that a start ends with."""
    assert run.finish() == 1
    (line,) = run.lines
    return line


def test_taken_port_is_refused_before_anything_starts(running, var):
    fresh = var.parent / "fresh"
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        said = refusal(running(fresh, number))

    assert f"Port {number} is taken" in said
    assert not (fresh / "postgres").exists()


def test_odd_port_is_refused(running, var):
    assert "PORT is 'http'" in refusal(running(var, "http"))


def test_folder_that_cannot_be_written_is_refused(running, var, port):
    (var.parent / "file").write_text("")

    said = refusal(running(var.parent / "file" / "var", port))

    assert "cannot be written" in said
    assert "PORTAL_VAR" in said


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "is not the address of a PostgreSQL database"),
        ("postgres://a:b@127.0.0.1:1/name", "No PostgreSQL answers at 127.0.0.1"),
    ],
)
def test_wrong_database_address_is_refused(running, var, port, url, sentence):
    assert sentence in refusal(running(var, port, DATABASE_URL=url))


def test_wrong_broker_address_is_refused(running, var, port):
    said = refusal(running(var, port, REDIS_URL="redis://127.0.0.1:1/0"))

    assert "Nothing answers at the address in REDIS_URL" in said


def test_outside_debug_nothing_starts(capsys):
    with pytest.raises(SystemExit) as ended:
        up.up(say=print)
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.err == f"{up.DEBUG_ONLY}\n"
    assert not said.out
