"""A real S3 service for tests: a process of its own on loopback, all in memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.request import urlopen

from django.conf import settings as django_settings

from tests.ports import free_port

_SECONDS = 60


@contextmanager
def serving() -> Iterator[str]:
    """The address of the service."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(
        command,
        cwd=django_settings.BASE_DIR,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process, f"{address}/moto-api/")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=_SECONDS)


def _wait(process: subprocess.Popen, address: str) -> None:
    ends = time.monotonic() + _SECONDS
    while time.monotonic() < ends:
        with suppress(OSError), urlopen(address):  # noqa: S310  our own
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("the S3 service for tests did not start")
