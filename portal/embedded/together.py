"""Web server, worker, beat and mailbox together until Ctrl-C; the engines stop last.

`portal.up` prepares everything and then becomes this process, which knows no Django:
it stays small and has nothing that its many forks could share by mistake.
"""

import contextlib
import http.client
import json
import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from honcho.manager import KILL_WAIT, SYSTEM_PRINTER_NAME, Manager
from honcho.printer import Message, Printer

from portal.embedded import leftovers
from portal.embedded.engines import fallen, start, stop
from portal.embedded.errors import EmbeddedError
from portal.embedded.places import write_private
from portal.embedded.processes import end

ANSWER = 60.0
"""Seconds until a silent web server is worth a word."""
WATCH = 2.0
"""Seconds between two looks at the engines."""


@dataclass(frozen=True)
class Plan:
    """What runs together."""

    var: str
    mark: str
    commands: dict[str, list[str]]
    environment: dict[str, str]
    port: int
    words: list[str]
    """What people are told once the web server answers."""
    database: bool
    broker: bool
    began: float
    """Unix time at which the whole start began."""


class Console(Printer):
    """Lines of all processes, without honcho's own talk about them."""

    def write(self, message: Message) -> None:
        """Print one line; a closed terminal must not keep us from stopping cleanly."""
        if message.name != SYSTEM_PRINTER_NAME:
            with contextlib.suppress(OSError):
                super().write(message)


class Leaders:
    """Ask a process to end, not its children: Celery and granian end theirs in order.

    Force, later, goes to the whole group.
    """

    def terminate(self, pid: int) -> None:
        """Ask politely."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)

    def kill(self, pid: int) -> None:
        """End by force."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


class Company(Manager):
    """honcho's manager with threads that must not exist while it still forks."""

    def __init__(self, printer: Printer, mark: str, *tasks: Callable[[], None]) -> None:
        """Run `tasks` in threads once all processes are started."""
        super().__init__(printer)
        self._procmgr = Leaders()
        self.mark = mark
        self.threads = [threading.Thread(target=task, daemon=True) for task in tasks]
        self.fallen: dict[str, int] = {}
        """Processes that ended before anybody asked them to, with their exit codes."""

    def terminate(self) -> None:
        """Note who fell before the others are ended."""
        if not self._terminating:
            self.fallen = {
                name: one["returncode"]
                for name, one in self._processes.items()
                if "returncode" in one
            }
            threading.Thread(target=self._insist, daemon=True).start()
        super().terminate()

    def _insist(self) -> None:
        """End grandchildren that left their session and still hold the output open.

        honcho waits for that end of file; its own children, one per process, end by
        themselves then.
        """
        time.sleep(KILL_WAIT + 1)
        others = leftovers.children(self.mark, beside=os.getpid())
        end(others, ((signal.SIGKILL, KILL_WAIT),))

    def _start(self) -> None:
        super()._start()
        for thread in self.threads:
            thread.start()


def say(line: str) -> None:
    """Tell people something, if their terminal is still there."""
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def become(plan: Plan) -> None:
    """Turn this process into the one that runs the plan; does not return."""
    path = Path(plan.var) / "run" / "plan.json"
    write_private(path, json.dumps(asdict(plan)))
    sys.stdout.flush()
    command = [sys.executable, "-m", "portal.embedded.together", str(path)]
    environment = os.environ | {leftovers.VARIABLE: plan.mark}
    os.execve(sys.executable, command, environment)  # noqa: S606  no shell on purpose


def run(plan: Plan) -> int:
    """Run the plan until Ctrl-C, SIGTERM or the end of one process."""
    var, over = Path(plan.var), threading.Event()
    company = Company(
        Console(sys.stdout),
        plan.mark,
        lambda: _announce(plan, over),
        lambda: _watch(plan, over),
    )
    for name, command in plan.commands.items():
        company.add_process(
            name, f"exec {shlex.join(command)}", env=os.environ | plan.environment
        )
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    try:
        # A signal before the last process has reported its id trips honcho: KeyError.
        with contextlib.suppress(KeyError):
            company.loop()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        over.set()
        for thread in company.threads:
            if thread.is_alive():
                thread.join(timeout=ANSWER)
        leftovers.give_back(var, plan.mark)
        if plan.database or plan.broker:
            stop(var, say=say)
    for name, code in company.fallen.items():
        say(f"{name} ended on its own (exit code {code}): make run starts all anew.")
    return 1 if company.fallen else 0


def _announce(plan: Plan, over: threading.Event) -> None:
    """Say that the portal answers, and where."""
    deadline = time.monotonic() + ANSWER
    while not over.wait(0.1):
        if _answers(plan.port):
            say(f"web server, worker and beat run ({time.time() - plan.began:.1f} s)")
            for line in plan.words:
                say(line)
            return
        if time.monotonic() > deadline:
            say(f"The web server is silent after {ANSWER:.0f} s: see the lines above.")
            return


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _watch(plan: Plan, over: threading.Event) -> None:
    """Start an engine anew that died; the site answers 503 until it is back."""
    var = Path(plan.var)
    while not over.wait(WATCH):
        down = fallen(var, database=plan.database, broker=plan.broker)
        if down and not over.is_set():
            say(f"{' and '.join(down)} ended unexpectedly; starting again")
            try:
                start(var, say=say, database=plan.database, broker=plan.broker)
            except EmbeddedError as error:
                say(str(error))


def main() -> int:
    """Read the plan that `become` left and run it."""
    plan = Plan(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    return run(plan)


if __name__ == "__main__":
    sys.exit(main())
