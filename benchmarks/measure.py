"""Starting a server, loading it, and reading what its processes burned.

Trust CPU per request (the whole server tree, the load generator apart) before
requests per second: on a shared machine the first stays put.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Run:
    """What one load run cost: seconds of CPU and of wall clock, requests answered."""

    requests: int
    cpu: float
    wall: float

    @property
    def cpu_ms(self) -> float:
        return self.cpu / self.requests * 1000

    @property
    def rate(self) -> float:
        return self.requests / self.wall


def _family(root: int) -> list[int]:
    """The process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(stat[1]), []).append(int(entry.name))
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += parents.get(pid, [])
    return found


def cpu_seconds(*roots: int) -> float:
    """User and system time of the trees below `roots`, their ended children too."""
    total = 0
    for root in roots:
        for pid in _family(root):
            try:
                stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            total += sum(int(value) for value in stat[11:15])
    return total / TICKS


@contextmanager
def server(command: list[str], port: int, **kwargs) -> Iterator[subprocess.Popen]:
    """Run `command` until it accepts on `port`; end it, and only it, afterwards."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **kwargs
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"did not start: {command}") from None
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _client(port: int, path: str, count: int, headers: dict) -> None:
    """Ask `count` times over one kept connection, reopened when the server ends it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(count):
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError):
            connection.close()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200 or not body:
            raise RuntimeError(f"{path} answered {answer.status}")
    connection.close()


def load(
    process: subprocess.Popen,
    port: int,
    path: str,
    *,
    requests: int,
    clients: int = 4,
    also: tuple[int, ...] = (),
    headers: dict | None = None,
) -> Run:
    """Send `requests` GETs from `clients` processes; warm up with a tenth first."""
    for share in (max(requests // 10, clients), requests):
        workers = [
            multiprocessing.Process(
                target=_client, args=(port, path, share // clients, headers or {})
            )
            for _ in range(clients)
        ]
        before, start = cpu_seconds(process.pid, *also), time.monotonic()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        wall = time.monotonic() - start
        if any(worker.exitcode for worker in workers):
            raise RuntimeError(f"the load on {path} failed")
        cpu = cpu_seconds(process.pid, *also) - before
    return Run(share // clients * clients, cpu, wall)
