"""Processes named so that a recycled process id is never mistaken for the old one."""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Process:
    """A process id and when that process began, as the kernel counts it."""

    pid: int
    began: str

    @property
    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        return began(self.pid) == self.began

    def signal(self, number: int) -> None:
        """Send a signal, unless the process is gone meanwhile."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def __str__(self) -> str:
        return f"{self.pid} {self.began}"

    @classmethod
    def parse(cls, text: str) -> "Process | None":
        """Read back what `str` wrote; None when it is not that."""
        pid, _, moment = text.strip().partition(" ")
        return cls(int(pid), moment) if pid.isdigit() and moment else None

    @classmethod
    def running(cls, pid: int) -> "Process | None":
        """The process that has this id now, if any."""
        moment = began(pid)
        return cls(pid, moment) if moment else None


def began(pid: int) -> str | None:
    """When the process with this id began, or None if there is none (or a zombie).

    On Linux the kernel's own tick count since boot, because a wall-clock time moves
    whenever the clock is set.
    """
    if not sys.platform.startswith("linux"):
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            return f"{process.create_time():.2f}"
        except psutil.Error:
            return None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    # The second field is the name in brackets and may hold anything, brackets too.
    fields = stat.rpartition(")")[2].split()
    state, ticks = fields[0], fields[19]
    return None if state in "ZX" else f"{_boot()}:{ticks}"


def _boot() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    except OSError:
        return "boot"
    return boot.strip()


def me() -> Process:
    """The process that asks."""
    return Process(os.getpid(), began(os.getpid()) or "")


def wait_until_gone(processes: Iterable[Process], seconds: float) -> list[Process]:
    """Wait for the processes to end; returns those that still run after `seconds`."""
    left = list(processes)
    deadline = time.monotonic() + seconds
    while True:
        left = [process for process in left if process.alive]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.02)


def end(
    processes: Iterable[Process], signals: Iterable[tuple[int, float]]
) -> list[Process]:
    """Send one signal after the other, each with its patience in seconds.

    Returns what survived even the last signal.
    """
    left = [process for process in processes if process.alive]
    for number, seconds in signals:
        for process in left:
            process.signal(number)
        left = wait_until_gone(left, seconds)
    return left


POLITELY = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


def working_in(folder: Path) -> Iterator[Process]:
    """Processes whose current folder is this: how an engine's children are known."""
    wanted = str(folder)
    for process in psutil.process_iter():
        try:
            if process.cwd() == wanted:
                found = Process.running(process.pid)
                if found:
                    yield found
        except (psutil.Error, OSError):
            continue


def carrying(variable: str, value: str) -> Iterator[Process]:
    """Processes that were started with `variable=value` in their environment."""
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            if process.environ().get(variable) == value:
                found = Process.running(process.pid)
                if found:
                    yield found
        except (psutil.Error, OSError):
            continue
