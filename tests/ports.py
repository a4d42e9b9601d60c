"""Ports for servers that a test or a benchmark starts as processes of their own.

A port that the kernel picks is free for a moment only: until the server listens on it,
any connection of the other test process may get the same one for its near end. These
come from below the range that the kernel picks from, and each process has its own.
"""

from __future__ import annotations

import itertools
import os
import socket

_FIRST, _EACH = 20_000, 1_000
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
_turn = itertools.count(os.getpid())


def free_port() -> int:
    """A loopback port that nobody listens on, another one with each call."""
    for number in itertools.islice(_turn, _EACH):
        port = _FIRST + _worker % 10 * _EACH + number % _EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise RuntimeError(f"no port is free from {_FIRST} on")
