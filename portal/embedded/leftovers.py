"""One run at a time per folder, and the end of what a killed run left behind."""

import contextlib
import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import psutil

from portal.embedded.errors import EmbeddedError
from portal.embedded.places import Places, Say, write_private
from portal.embedded.processes import POLITELY, Process, carrying, end, me

VARIABLE = "PORTAL_UP"
"""Each process of a run carries the run's random mark in this variable."""


def take_over(var: Path, *, say: Say) -> str:
    """Claim the folder for this process; returns the mark for its children.

    Ends what an earlier run left after a `kill -9`. A mark is random, so a process that
    merely has a recycled id is never hit. Raises EmbeddedError when a run lives.
    """
    places = Places(var)
    with places.locked():
        mark = _recorded(places, say)
        mark = mark or secrets.token_hex(16)
        record = {"var": str(places.var), "process": str(me()), "mark": mark}
        write_private(places.run / "up.json", json.dumps(record))
    return mark


def give_back(var: Path, mark: str) -> None:
    """End all children of this run, however detached, and drop the claim."""
    end(carrying(VARIABLE, mark), POLITELY)
    (Places(var).run / "up.json").unlink(missing_ok=True)


def children(mark: str, *, beside: int) -> Iterator[Process]:
    """Processes of a run other than those that this process itself started."""
    for process in carrying(VARIABLE, mark):
        with contextlib.suppress(psutil.Error):
            if psutil.Process(process.pid).ppid() != beside:
                yield process


def _recorded(places: Places, say: Say) -> str | None:
    """End the recorded run's processes; its mark when the run is this very process."""
    try:
        record = json.loads((places.run / "up.json").read_text(encoding="utf-8"))
        var, mark = record["var"], record["mark"]
        process = Process.parse(record["process"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    if var != str(places.var):
        return None
    if process == me():
        return mark
    if process and process.alive:
        raise EmbeddedError(
            f"The portal of this folder runs already (process {process.pid}): stop it "
            "there with Ctrl-C first."
        )
    left = list(carrying(VARIABLE, mark))
    if left:
        survivors = end(left, POLITELY)
        if survivors:
            numbers = ", ".join(str(survivor.pid) for survivor in survivors)
            raise EmbeddedError(
                f"Processes of the last run cannot be ended ({numbers}): end them with "
                "the rights of the account that started them."
            )
        say(f"ended {len(left)} processes that the last run left")
    return None
