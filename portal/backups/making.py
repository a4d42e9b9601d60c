"""Making a backup: the database of one moment, then the files, into one archive."""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import os
import platform
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import django

from portal.backups import archive, database, sealed
from portal.backups.errors import BackupError
from portal.backups.folders import Folder, Store

FORMAT = 1
FOLDERS = ("media", "private")
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SPARE = 64 * 1024 * 1024
"""Bytes to leave free, so that a backup never is what fills a disk."""
_NAME = re.compile(r"portal-\d{8}-\d{6}\.tar(\.sealed)?")


@dataclass(frozen=True)
class Portal:
    """What a backup takes along and a restore brings back."""

    server: database.Server
    media: Path | Store | None
    """A folder or a bucket; None where these files are somebody else's to keep."""
    private: Path | Store | None
    identity: str = ""
    """Tells one SECRET_KEY from another without telling the key."""

    def stores(self) -> dict[str, Store]:
        pairs = zip(FOLDERS, (self.media, self.private), strict=True)
        return {
            name: Folder(place) if isinstance(place, Path) else place
            for name, place in pairs
            if place
        }


def make(
    portal: Portal,
    folder: Path,
    *,
    key: str,
    now: dt.datetime,
    without: tuple[Path, ...] = (),
) -> Path:
    """Write one archive into `folder`; its path. Raises BackupError.

    It has its name only once it is whole and on the disk. Files that come or go while
    it runs: what comes may be in it or not; what goes lacks, as if a moment earlier.
    `without` are files that never belong into a backup.
    """
    ending = ".tar.sealed" if key else ".tar"
    target = folder / f"portal-{now.strftime('%Y%m%d-%H%M%S')}{ending}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            _sweep(folder)
            with portal.server.connected() as link:
                snapshot = database.Snapshot(link)
                _refuse_full_disk(portal, snapshot, folder)
                with _whole_or_nothing(target) as out:
                    _write(portal, snapshot, out, key, now, (*without, folder))
    except OSError as error:
        if error.errno in FULL:
            raise BackupError(
                f"The disk of {folder} is full: nothing of this backup was kept. Free "
                "some space or name another folder, then try again."
            ) from error
        raise BackupError(f"The backup could not be written: {error}") from error
    return target


def drop_old(folder: Path, *, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups; those that went."""
    found = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    gone = found[: max(len(found) - keep, 0)]
    for path in gone:
        path.unlink()
    return gone


def newest(folder: Path) -> dt.datetime | None:
    """When the newest backup there was made; None where there is none to be seen."""
    try:
        found = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
        written = max(path.stat().st_mtime for path in found)
    except (OSError, ValueError):
        return None
    return dt.datetime.fromtimestamp(written, dt.UTC)


def _write(portal, snapshot, out, key, now, without) -> None:
    stream = sealed.Sealer(out, key) if key else out
    writer = archive.Writer(stream)
    migrations = snapshot.migrations()
    writer.json(
        archive.HEAD,
        {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "python": platform.python_version(),
            "django": django.get_version(),
            "postgresql": snapshot.version,
            "identity": portal.identity,
            "folders": list(portal.stores()),
            "migrations": migrations,
        },
    )
    writer.dump(database.dump(portal.server, snapshot))
    for name, store in portal.stores().items():
        for file in store.files(without):
            writer.member(
                f"{name}/{file.name}", file.size, file.pieces, mtime=file.mtime
            )
    manifest = {"rows": snapshot.counts(), "members": dict(writer.members)}
    writer.json(archive.MANIFEST, manifest)
    writer.finish()
    if key:
        stream.finish()


def _refuse_full_disk(portal: Portal, snapshot, folder: Path) -> None:
    """A dump is smaller than its database; files are as large as they are."""
    files = sum(store.bytes() for store in portal.stores().values())
    needed = files + snapshot.bytes() // 4 + SPARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"The disk of {folder} is too full: about {_megabytes(needed)} MB are "
            f"needed and {_megabytes(free)} MB are free. Nothing was written."
        )


def _megabytes(number: int) -> int:
    return -(-number // 1_000_000)


@contextmanager
def _whole_or_nothing(target: Path) -> Iterator[BinaryIO]:
    part = target.with_name(f"{target.name}.part")
    if target.exists():
        raise BackupError(f"{target} exists already: wait a second and try again.")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(target.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(
                f"Another backup into {folder} is running: wait for it."
            ) from error
        yield


def _sweep(folder: Path) -> None:
    """What a backup that was killed has left; we hold the lock, so nobody writes it."""
    for path in folder.glob("portal-*.part"):
        path.unlink()
