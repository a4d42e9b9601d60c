"""The web server of production, with what strangers send it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from portal import embedded, serve
from tests.ports import free_port

HOST = b"Host: 127.0.0.1\r\n"
CLOSE = b"Connection: close\r\n"
ALIVE = b"GET /healthz HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory, django_db_setup):
    """Ours, on the database of the tests."""
    folder = tmp_path_factory.mktemp("serve")
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "PORTAL_VAR": str(settings.VAR.parent),
        "TEST_DATABASE_URL": _database(),
    }
    command = [sys.executable, "-m", "portal.serve", "web", "--quiet"]
    command += ["--port", str(port), "--workers", "1"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log
        )
    try:
        until = time.monotonic() + 60
        while not talk(port, ALIVE):
            assert time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def talk(port: int, words: bytes, *, hang_up: bool = False) -> bytes:
    """Everything that comes back until the server ends it; b"" without a word."""
    heard = b""
    with (
        contextlib.suppress(ConnectionError),
        socket.create_connection(("127.0.0.1", port), timeout=30) as line,
    ):
        line.sendall(words)
        if hang_up:
            line.shutdown(socket.SHUT_WR)
        while part := line.recv(65536):
            heard += part
    return heard


def _database() -> str:
    url = embedded.addresses(settings.VAR).database_url
    return f"{url.rpartition('/')[0]}/{connection.settings_dict['NAME']}"


def status(port: int, words: bytes, **kwargs) -> int:
    answer = talk(port, words, **kwargs)
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer.split()[1])


def post(*lines: bytes, body: bytes = b"") -> bytes:
    path = reverse("account_login").encode()
    head = b"POST " + path + b" HTTP/1.1\r\n" + HOST + CLOSE + FORM
    return head + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


@pytest.mark.slow
@pytest.mark.django_db  # or there is no database
class TestStrangers:
    """All on one server: it must still answer after each."""

    @pytest.fixture(autouse=True)
    def _answers_afterwards(self, port):
        yield
        assert (
            status(port, b"GET /healthz HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n") == 200
        )

    def test_a_hundred_headers_are_enough(self, port):
        def asked(number: int) -> bytes:
            more = b"".join(b"X-%d: a\r\n" % each for each in range(number))
            return b"GET /healthz HTTP/1.1\r\n" + HOST + CLOSE + more + b"\r\n"

        assert status(port, asked(98)) == 200
        assert status(port, asked(99)) == 431
        assert status(port, asked(10_000)) == 431

    def test_an_endless_address_is_refused(self, port):
        path = b"/healthz?" + b"a" * 70_000
        assert status(port, b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n") == 414

    def test_headers_that_trickle_are_cut_off(self, port):
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(b"GET / HTTP/1.1\r\n" + HOST)
            with contextlib.suppress(OSError):
                for number in range(60):
                    line.settimeout(1)
                    line.sendall(b"X-%d: a\r\n" % number)
                    with contextlib.suppress(TimeoutError):
                        if not line.recv(1024):
                            break
                else:
                    pytest.fail("still listening after a minute")
        assert time.monotonic() - began >= serve.HEADER_SECONDS - 1

    @pytest.mark.parametrize(
        "words",
        [
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 10,
            b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + HOST + b"X : a\r\n\r\n",
            post(b"Content-Length: -5", body=b"abc"),
            post(b"Content-Length: 5", b"Content-Length: 6", body=b"abcdef"),
            post(b"Content-Length: five", body=b"abc"),
            post(b"Transfer-Encoding: gibberish", body=b"abc"),
        ],
        ids=["tls", "nul", "space", "negative", "two", "words", "encoding"],
    )
    def test_what_is_no_http_is_a_bad_request(self, port, words):
        assert status(port, words) == 400

    @pytest.mark.parametrize(
        "words",
        [
            post(b"Transfer-Encoding: chunked", body=b"zz\r\nabc\r\n0\r\n\r\n"),
            post(b"Content-Length: 50", body=b"login=abc"),
            post(b"Content-Length: 99999999999999", body=b"login=abc"),
        ],
        ids=["chunk", "short", "huge"],
    )
    def test_a_body_that_breaks_off_is_the_senders_fault(self, port, words):
        """Whether or not somebody is there to hear it; never a 500."""
        answer = talk(port, words, hang_up=True)
        assert not answer or 400 <= int(answer.split()[1]) < 500, answer[:200]


def test_uploads_have_a_process_of_their_own_and_no_bound():
    assert serve.environment("upload")["UPLOAD_AT_ONCE"] == "0"
    assert serve.environment("web")["PORTAL_PROCESS"] == "web"
    assert "UPLOAD_AT_ONCE" not in serve.environment("web")


def test_what_the_environment_says_counts(monkeypatch):
    monkeypatch.setenv("UPLOAD_AT_ONCE", "8")
    monkeypatch.setenv("PORTAL_PROCESS", "worker")
    assert serve.environment("upload")["UPLOAD_AT_ONCE"] == "8"
    assert serve.environment("upload")["PORTAL_PROCESS"] == "web"
