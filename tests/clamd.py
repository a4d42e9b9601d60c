"""Two virus scanners for tests.

A real ClamAV of our own, with one signature instead of the official ones: nothing is
fetched and nothing of the machine's own ClamAV is touched; configuration, signature
and socket lie in a folder that goes when the test ends. And a stand-in for what a
real one says too rarely to wait for.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import socketserver
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from content.files import scanner
from tests.factories.files import EICAR

# Debian keeps daemons out of the search path of ordinary accounts.
_PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_STREAM_LIMIT = 2 * 1024 * 1024


class Clamd:
    """`start` and `stop` as often as a test wishes; `socket` is for CLAMD_SOCKET."""

    stream_limit = _STREAM_LIMIT

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.socket = str(folder / "clamd.sock")
        self._config = folder / "clamd.conf"
        self._process: subprocess.Popen | None = None
        (folder / "own.ndb").write_text(f"Own.Test:0:*:{EICAR.hex()}\n")
        settings = {
            "DatabaseDirectory": folder,
            "LocalSocket": self.socket,
            "LogFile": folder / "clamd.log",
            "Foreground": "yes",
            "StreamMaxLength": _STREAM_LIMIT,
            "TemporaryDirectory": folder,
        }
        if os.geteuid() == 0:
            # Otherwise it would look for the account "clamav" of the package.
            settings["User"] = pwd.getpwuid(0).pw_name
        lines = (f"{name} {value}\n" for name, value in settings.items())
        self._config.write_text("".join(lines))

    def start(self) -> None:
        self._process = subprocess.Popen(
            [self.program, "--config-file", str(self._config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _attempt in range(600):
            if scanner.answers(self.socket):
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        log = self.folder / "clamd.log"
        said = log.read_text() if log.exists() else "nothing"
        self.stop()
        pytest.fail(f"clamd did not start; it says: {said}")

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(30)
        self._process = None


@contextmanager
def real_clamd() -> Iterator[Clamd]:
    """One that runs; skips the test where ClamAV is missing, fails it in CI."""
    program = shutil.which("clamd", path=_PLACES)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("clamd is missing: CI installs clamav-daemon")
        pytest.skip("no clamd here (Debian: apt install clamav-daemon)")
    # The path of a socket has at most 107 letters; those of pytest can be longer.
    folder = Path(tempfile.mkdtemp(prefix="clamd-"))
    daemon = Clamd(program, folder)
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.stop()
        shutil.rmtree(folder, ignore_errors=True)


class StandIn(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Speaks INSTREAM as the manual of clamd describes it; finds EICAR only.

    With `answer` it says that of every file, of those with `about` in them only.
    """

    daemon_threads = True
    limit = _STREAM_LIMIT
    answer: bytes | None = None
    about = b""

    def __init__(self, address) -> None:
        self.received: list[bytes] = []
        super().__init__(address, _Talk)

    @classmethod
    @contextmanager
    def serving(cls, address) -> Iterator[StandIn]:
        with cls(address) as server:
            threading.Thread(
                target=server.serve_forever, args=[0.05], daemon=True
            ).start()
            yield server
            server.shutdown()


class TcpStandIn(StandIn):
    address_family = socket.AF_INET


class _Talk(socketserver.StreamRequestHandler):
    server: StandIn

    def handle(self) -> None:
        asked = b""
        while not asked.endswith(b"\0"):
            asked += self.rfile.read(1)
        if asked == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        assert asked == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
            if len(content) > self.server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.received.append(content)
        found = b"stream: Eicar-Test FOUND" if EICAR in content else None
        answer = self.server.answer
        if answer is None or self.server.about not in content:
            answer = (found or b"stream: OK") + b"\0"
        # In two pieces, as a network may bring it.
        self.wfile.write(answer[:5])
        self.wfile.flush()
        self.wfile.write(answer[5:])
