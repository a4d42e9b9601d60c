"""Starting and stopping both engines of one folder."""

import os
import shutil
import sys
import time
from pathlib import Path

from portal.embedded.engine import Engine, held
from portal.embedded.places import (
    Addresses,
    Places,
    Say,
    addresses,
    programs,
    sweep_sockets,
)
from portal.embedded.postgres import Postgres
from portal.embedded.processes import Process, me
from portal.embedded.valkey import Valkey

KINDS: tuple[type[Engine], ...] = (Postgres, Valkey)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def start(
    var: Path,
    *,
    say: Say = _say,
    durable: bool = True,
    database: bool = True,
    broker: bool = True,
) -> Addresses:
    """Have PostgreSQL and Valkey answer for this folder; nothing to do is fine.

    What an earlier run left half dead is ended first. `durable=False` gives up safety
    against a power cut for speed: for tests. `database` and `broker` choose what is
    started. The caller counts as a user until it stops them or ends.
    Raises EmbeddedError with a sentence for people.
    """
    places = Places(var)
    found = addresses(var)
    with places.locked():
        sweep_sockets()
        _use(places)
        starting = []
        engines = _engines(places, say, durable=durable, only=(database, broker))
        for engine in engines:
            if not engine.runs():
                engine.clear()
                began = time.monotonic()
                if engine.folder.parent != places.var and not starting:
                    say(f"their account cannot enter {var}: data in {engine.folder}")
                engine.launch()
                starting.append((engine, began))
        for engine, began in starting:
            engine.wait()
            say(f"{engine.title} runs ({time.monotonic() - began:.1f} s)")
    return found


def stop(var: Path, *, say: Say = _say, in_use: bool = False) -> None:
    """End both engines of this folder, unless another living process uses them.

    `in_use=True` ends them all the same.
    """
    places = Places(var)
    if not places.run.exists():
        return
    with places.locked():
        (places.run / "users" / str(os.getpid())).unlink(missing_ok=True)
        others = _users(places)
        if others and not in_use:
            numbers = ", ".join(str(other.pid) for other in others)
            say(f"PostgreSQL and Valkey stay up: process {numbers} uses them")
            return
        for engine in _engines(places, say):
            began = time.monotonic()
            if engine.held():
                engine.stop()
                say(f"{engine.title} stopped ({time.monotonic() - began:.1f} s)")
        _forget_sockets(places)


def remove(var: Path, *, say: Say = _say) -> None:
    """End both engines and delete their data, wherever it lies."""
    places = Places(var)
    stop(var, say=say, in_use=True)
    for folder in (places.var, places.state):
        for name in ("postgres", "postgres.new", "valkey"):
            shutil.rmtree(folder / name, ignore_errors=True)
    if os.geteuid() == 0:
        shutil.rmtree(places.state, ignore_errors=True)


def status(var: Path) -> dict[str, str]:
    """One word for each engine: runs, down."""
    places = Places(var)
    if not places.recorded_sockets(places.account):
        return {"PostgreSQL": "down", "Valkey": "down"}
    return {engine.title: engine.state().value for engine in _engines(places, _say)}


def fallen(var: Path, *, database: bool, broker: bool) -> list[str]:
    """The titles of those engines, of the ones wanted, of which no process lives.

    Cheap enough to ask every other second.
    """
    places = Places(var)
    return [
        kind.title
        for kind, wanted in zip(KINDS, (database, broker), strict=True)
        if wanted and not held(places.lock(kind.name))
    ]


def _engines(
    places: Places,
    say: Say,
    *,
    durable: bool = True,
    only: tuple[bool, bool] = (True, True),
) -> list[Engine]:
    account = places.account
    data = places.data(account)
    binaries = programs(account, say)
    sockets = places.recorded_sockets(account) or places.make_sockets(account)
    secrets = places.read_secrets() or places.make_secrets()
    return [
        kind(
            places, account, data, binaries, sockets, secrets, durable=durable, say=say
        )
        for kind, wanted in zip(KINDS, only, strict=True)
        if wanted
    ]


def _use(places: Places) -> None:
    folder = places.run / "users"
    folder.mkdir(exist_ok=True)
    (folder / str(os.getpid())).write_text(str(me()), encoding="ascii")


def _users(places: Places) -> list[Process]:
    """Living processes that started the engines and have not stopped them."""
    users = []
    for file in (places.run / "users").glob("*"):
        process = Process.parse(file.read_text(encoding="ascii"))
        if process and process.alive:
            users.append(process)
        else:
            file.unlink(missing_ok=True)
    return users


def _forget_sockets(places: Places) -> None:
    folder = places.recorded_sockets(places.account)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    (places.run / "sockets.json").unlink(missing_ok=True)
