"""PostgreSQL and Valkey of one test's own, which it may stop: others need theirs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import environ
from django.db import connection

from portal import embedded
from portal.backups.database import Server, program

VERSION = 18


class Engines:
    """Under one folder; whatever they hold is gone with it."""

    def __init__(self, var: Path) -> None:
        self.var = var

    def start(self) -> embedded.Addresses:
        """Have both answer, whichever of them was stopped."""
        return embedded.start(self.var, durable=False, say=lambda line: None)

    def stop(self) -> None:
        embedded.stop(self.var, say=lambda line: None, in_use=True)

    def end(self, engine: str, sign: signal.Signals) -> None:
        """Return once nobody answers any more and no process of it is left."""
        record = json.loads((self.var / "run" / f"{engine}.json").read_text())
        os.kill(int(record["process"].split()[0]), sign)
        until = time.monotonic() + 30
        while engine in self._alive():
            assert time.monotonic() < until, f"{engine} does not end"
            time.sleep(0.02)

    def restart_valkey_empty(self) -> None:
        """It keeps nothing on disk, so what it held is lost."""
        self.end("valkey", signal.SIGKILL)
        self.start()

    @contextlib.contextmanager
    def without_postgres(self) -> Iterator[None]:
        """Stopped as by `pg_ctl stop -m fast`: every session is ended in the middle of
        what it does, nobody gets in, and it comes up again with what was committed."""
        connection.close()
        self.end("postgres", signal.SIGINT)
        try:
            yield
        finally:
            self.start()

    @contextlib.contextmanager
    def in_place_of_the_tests(self) -> Iterator[embedded.Addresses]:
        """A copy of the tests' database here, which this process talks to meanwhile."""
        found, theirs = self.start(), connection.settings_dict
        ours = copy_of_the_tests(found)
        connection.close()
        connection.settings_dict = ours
        try:
            yield found
        finally:
            connection.close()
            connection.settings_dict = theirs

    def _alive(self) -> set[str]:
        fallen = embedded.engines.fallen(self.var, database=True, broker=True)
        return {"postgres", "valkey"} - {TITLES[title] for title in fallen}


TITLES = {"PostgreSQL": "postgres", "Valkey": "valkey"}


def copy_of_the_tests(place: embedded.Addresses) -> dict[str, Any]:
    """The tests' database once more, quicker than to migrate again by most of twenty
    seconds; returns the settings that lead there."""
    theirs = connection.settings_dict
    ours = theirs | environ.Env.db_url_config(place.database_url)
    options = ["--no-owner", "--no-privileges"]
    dump = [str(program("pg_dump", VERSION)), "--format=custom", *options]
    load = [str(program("pg_restore", VERSION)), "--exit-on-error", *options]
    with subprocess.Popen(
        dump, env=Server.of(theirs).environment(), stdout=subprocess.PIPE
    ) as saying:
        subprocess.run(
            [*load, f"--dbname={ours['NAME']}"],
            env=Server.of(ours).environment(),
            stdin=saying.stdout,
            check=True,
        )
    assert saying.returncode == 0
    return ours
