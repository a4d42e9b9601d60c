"""What both engines share: a lock that lives as long as any of their processes."""

import abc
import atexit
import enum
import fcntl
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import BinaryIO, ClassVar

from portal.embedded.errors import EmbeddedError
from portal.embedded.places import (
    Account,
    Places,
    Programs,
    Say,
    Secrets,
    write_private,
)
from portal.embedded.processes import Process, end, working_in

PATIENCE = 60.0
"""Seconds an engine may take until it answers: it may have a crash to recover from."""
LONGEST_LOG = 5_000_000

_children: list[subprocess.Popen] = []
"""Those that this process started; they outlive it, and the objects they began as."""


class State(enum.Enum):
    """What a server says to a knock."""

    READY = "runs"
    BUSY = "busy"
    """It lives, but reads its data, shuts down or is stopped: wait."""
    DEAF = "down"
    """Nobody there, or one that does not know our password: no use waiting."""


@atexit.register
def _let_go() -> None:
    """Python warns of each child that may still run when its object goes; ours may."""
    for child in _children:
        if child.poll() is None:
            child.returncode = 0


def held(lock: Path) -> bool:
    """Whether a living process holds this engine's lock."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


class Engine(abc.ABC):
    """One server process with its children.

    The server inherits an open file with a lock on it, and so do its children. As long
    as one of them lives the lock is held, whatever happened to the recorded process
    id, and even when the server runs in another container over the same folder.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    stopping: ClassVar[tuple[tuple[int, float], ...]]

    def __init__(
        self,
        places: Places,
        account: Account | None,
        data: Path,
        programs: Programs,
        sockets: Path,
        secrets: Secrets,
        *,
        durable: bool,
        say: Say,
    ) -> None:
        """Describe the engine of one folder; nothing is started."""
        self.places = places
        self.account = account
        self.programs = programs
        self.sockets = sockets
        self.secrets = secrets
        self.durable = durable
        self.say = say
        self.folder = data / self.name
        self.record = places.run / f"{self.name}.json"
        self.lock = places.lock(self.name)
        self.log = places.log / f"{self.name}.log"
        self._log_began = 0

    @abc.abstractmethod
    def prepare(self) -> None:
        """Create the data folder and the configuration."""

    @abc.abstractmethod
    def command(self) -> list[str]:
        """The command line of the server."""

    @abc.abstractmethod
    def state(self) -> "State":
        """What comes back when we knock with our password now."""

    def answers(self) -> bool:
        """Whether the server takes a connection with our password now."""
        return self.state() is State.READY

    def configuration(self) -> str | None:
        """What the server reads from its standard input."""
        return None

    def held(self) -> bool:
        """Whether any process of this engine lives."""
        return held(self.lock)

    def runs(self) -> bool:
        """Whether the server answers, after some patience if it is merely busy."""
        deadline = time.monotonic() + PATIENCE
        while self.held():
            state = self.state()
            if state is State.READY:
                return True
            if state is State.DEAF or time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return False

    def launch(self) -> None:
        """Start the server in a session of its own; `wait` tells when it answers."""
        self.prepare()
        with self.lock.open("a") as lock, self._open_log() as log:
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.set_inheritable(lock.fileno(), True)
            child = subprocess.Popen(
                self.command(),
                stdin=subprocess.PIPE if self.configuration() else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=self.environment(),
                start_new_session=True,
                pass_fds=[lock.fileno()],
                **(self.account.popen() if self.account else {}),
            )
        _children[:] = [known for known in _children if known.poll() is None] + [child]
        record = {
            "var": str(self.places.var),
            "process": str(Process.running(child.pid) or ""),
        }
        write_private(self.record, json.dumps(record))
        if child.stdin:
            with child.stdin as stdin:
                stdin.write((self.configuration() or "").encode())

    def wait(self) -> None:
        """Return once the server answers."""
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if not self.held():
                raise EmbeddedError(self.explain(self.fresh_log()))
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"{self.title} does not answer after {PATIENCE:.0f} seconds: look "
                    f"at {self.log}."
                )
            time.sleep(0.03)

    def stop(self) -> None:
        """End the server politely, then what is left of it by force."""
        process = self.recorded()
        if process:
            end([process], self.stopping)
        self.clear()

    def clear(self) -> None:
        """Make sure that no process of this engine lives."""
        if self.held():
            process = self.recorded()
            end([process] if process else [], self.stopping)
            last = ((signal.SIGQUIT, 3.0), (signal.SIGKILL, 5.0))
            end(working_in(self.folder), last)
            deadline = time.monotonic() + 5
            while self.held():
                if time.monotonic() > deadline:
                    raise EmbeddedError(
                        f"{self.title} of {self.places.var} still runs somewhere else "
                        "(another account, another container): stop it there first."
                    )
                time.sleep(0.05)
        self.record.unlink(missing_ok=True)

    def recorded(self) -> Process | None:
        """The server that this folder started, if it still lives.

        A copied checkout carries the record of its origin, which is not ours to end.
        """
        try:
            record = json.loads(self.record.read_text(encoding="utf-8"))
            if record["var"] != str(self.places.var):
                return None
            process = Process.parse(record["process"])
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return process if process and process.alive else None

    def explain(self, log: str) -> str:
        """One sentence about a server that ended right after its start."""
        if "No space left on device" in log:
            return f"The disk is full: free some space for {self.folder} and try again."
        lines = [line for line in log.splitlines() if line.strip()]
        last = lines[-1].strip() if lines else "it said nothing"
        return f"{self.title} did not start ({last}): look at {self.log}."

    def fresh_log(self) -> str:
        """What the server wrote since this start."""
        with self.log.open("rb") as file:
            file.seek(self._log_began)
            return file.read().decode(errors="replace")

    def environment(self) -> dict[str, str]:
        """A small, predictable environment: nothing of the caller's leaks in."""
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

    def own_folder(self, folder: Path) -> None:
        """Create a private folder that belongs to the engines' account."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.account and folder.stat().st_uid != self.account.uid:
            os.chown(folder, self.account.uid, self.account.gid)

    def _open_log(self) -> BinaryIO:
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.unlink()
        file = self.log.open("ab")
        self._log_began = file.tell()
        return file
