"""Bringing a backup back: looked through from end to end before anything is touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from psycopg2 import sql

from portal.backups import archive, database, sealed
from portal.backups.errors import BackupError
from portal.backups.making import FOLDERS, FORMAT, Portal

STAGED, OUT_OF_THE_WAY = ".restoring", ".before-restore"


@dataclass
class Contents:
    """What stands in an archive whose every byte is right."""

    head: dict[str, Any]
    rows: dict[str, int]
    files: int = 0
    bytes: int = 0
    unknown: list[str] = field(default_factory=list)
    """Migrations that this version of the portal does not have."""


def look_through(path: Path, *, key: str, known: set[str] | None = None) -> Contents:
    """Read all of it and compare each sum; raises BackupError for the least doubt.

    `known` are the migrations of this code; None asks about none.
    """
    head, manifest, found = None, None, {}
    with _members(path, key) as members:
        for name, size, contents in members:
            if name == archive.HEAD:
                digest, data = _small(contents, size)
                head = data
            elif name == archive.MANIFEST:
                _digest, manifest = _small(contents, size)
                continue
            elif name == archive.SUM:
                continue
            else:
                digest = _drained(contents)
            found[name] = {"size": size, "sha256": digest}
    if head is None or manifest is None or manifest.get("members") != found:
        raise BackupError(archive.DAMAGED)
    if head.get("format") != FORMAT:
        raise BackupError(
            f"This backup has format {head.get('format')} and this version of the "
            f"portal reads format {FORMAT}: restore it with the version that made it."
        )
    if not any(name.startswith(archive.DATABASE) for name in found):
        raise BackupError(archive.DAMAGED)
    files = [about for name, about in found.items() if _folder_of(name)]
    return Contents(
        head=head,
        rows=manifest["rows"],
        files=len(files),
        bytes=sum(about["size"] for about in files),
        unknown=[] if known is None else sorted(set(head["migrations"]) - known),
    )


def restore(
    path: Path, portal: Portal, *, key: str, contents: Contents, replace: bool = False
) -> None:
    """Bring database and files back, all or nothing. Raises BackupError.

    Asks for an empty place; `replace` takes what is there away, once what comes
    instead is complete. Nobody else may be connected.
    """
    _refuse_another_version(contents)
    folders = _places(portal, contents)
    with portal.server.connected() as link:
        link.autocommit = True
        cursor = link.cursor()
        _refuse_company(cursor)
        if not replace:
            _refuse_full(cursor, folders)
        _refuse_full_disk(contents, folders)
        version = link.server_version // 10000
        with _staged(folders) as staging, _emptied(cursor, replace=replace):
            with database.loading(portal.server, version) as dump:
                _spread(path, key, dump, staging)
            _compare(cursor, contents)
            _swap(folders)


def _refuse_another_version(contents: Contents) -> None:
    if contents.unknown:
        some = ", ".join(contents.unknown[:3])
        raise BackupError(
            "This backup was made by a newer version of the portal (it has the "
            f"migrations {some}): install that version or a later one first."
        )


def _places(portal: Portal, contents: Contents) -> dict[str, Path]:
    places = portal.folders()
    if lacking := [name for name in contents.head["folders"] if name not in places]:
        raise BackupError(
            f"The backup holds the folder {', '.join(lacking)} and this portal keeps "
            "those files in a bucket: restore with storage on disk, then copy them."
        )
    return {name: places[name] for name in contents.head["folders"]}


def _refuse_company(cursor) -> None:
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    if number := cursor.fetchone()[0]:
        raise BackupError(
            f"{number} other connections use the database: stop web servers, workers "
            "and beat first."
        )


def _refuse_full(cursor, folders: dict[str, Path]) -> None:
    if database.tables(cursor):
        raise BackupError(
            "The database is not empty: restore into a new one, or say --replace to "
            "have all that is in it replaced."
        )
    for folder in folders.values():
        if folder.exists() and any(folder.iterdir()):
            raise BackupError(
                f"{folder} is not empty: restore into a new folder, or say --replace "
                "to have all that is in it replaced."
            )


def _refuse_full_disk(contents: Contents, folders: dict[str, Path]) -> None:
    for folder in folders.values():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < contents.bytes:
            raise BackupError(
                f"The disk of {folder} is too full: the files of this backup take "
                f"{contents.bytes // 1_000_000 + 1} MB. Nothing was changed."
            )


@contextmanager
def _staged(folders: dict[str, Path]) -> Iterator[dict[str, Path]]:
    """A folder inside each, so that what is complete only has to be moved."""
    staging = {name: folder / STAGED for name, folder in folders.items()}
    for folder in staging.values():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    try:
        yield staging
    except OSError as error:
        raise BackupError(f"The files could not be written: {error}") from error
    finally:
        for folder in staging.values():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _emptied(cursor, *, replace: bool) -> Iterator[None]:
    """What is in the database steps aside, and comes back if anything fails."""
    aside = sql.Identifier("before_restore")
    if replace:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(aside))
        cursor.execute(
            sql.SQL("ALTER SCHEMA public RENAME TO {}; CREATE SCHEMA public").format(
                aside
            )
        )
    try:
        yield
    except BaseException:
        # What was loaded goes; where loading itself failed there is nothing.
        if replace or database.tables(cursor):
            cursor.execute("DROP SCHEMA public CASCADE")
            restored = sql.SQL(
                "ALTER SCHEMA {} RENAME TO public" if replace else "CREATE SCHEMA {}"
            )
            name = aside if replace else sql.Identifier("public")
            cursor.execute(restored.format(name))
        raise
    if replace:
        cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(aside))


def _spread(path: Path, key: str, dump: BinaryIO, staging: dict[str, Path]) -> None:
    """Each member to where it belongs."""
    with _members(path, key) as members:
        for name, _size, contents in members:
            if name.startswith(archive.DATABASE):
                shutil.copyfileobj(contents, dump, archive.CHUNK)
            elif folder := _folder_of(name):
                target = staging[folder].joinpath(*PurePosixPath(name).parts[1:])
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with target.open("xb") as out:
                    shutil.copyfileobj(contents, out, archive.CHUNK)


def _compare(cursor, contents: Contents) -> None:
    counts = {}
    for table in database.tables(cursor):
        query = sql.SQL("SELECT COUNT(*) FROM {}").format(sql.Identifier(table))
        cursor.execute(query)
        counts[table] = cursor.fetchone()[0]
    if counts != contents.rows:
        differing = {
            name
            for name in counts.keys() | contents.rows.keys()
            if counts.get(name) != contents.rows.get(name)
        }
        raise BackupError(
            f"After restoring, {', '.join(sorted(differing))} had other numbers of "
            "rows than the backup says. Nothing was changed."
        )


def _swap(folders: dict[str, Path]) -> None:
    """The staged files take the place of what was there."""
    for folder in folders.values():
        before = folder / OUT_OF_THE_WAY
        shutil.rmtree(before, ignore_errors=True)
        before.mkdir(mode=0o700)
        for child in list(folder.iterdir()):
            if child.name not in (STAGED, OUT_OF_THE_WAY):
                child.rename(before / child.name)
        for child in list((folder / STAGED).iterdir()):
            child.rename(folder / child.name)
        shutil.rmtree(before)


@contextmanager
def _members(path: Path, key: str) -> Iterator[Iterator]:
    try:
        with path.open("rb") as file:
            if not sealed.is_sealed(file):
                yield archive.members(file)
            elif key:
                yield archive.members(sealed.Opener(file, key))
            else:
                raise BackupError(
                    "This backup is encrypted: set BACKUP_KEY or BACKUP_KEY_FILE to "
                    "the key that it was made with."
                )
    except FileNotFoundError as error:
        raise BackupError(f"There is no {path}.") from error


def _folder_of(name: str) -> str:
    first, _, rest = name.partition("/")
    if first in FOLDERS and rest and ".." not in PurePosixPath(rest).parts:
        return first
    return ""


def _small(contents: BinaryIO, size: int) -> tuple[str, Any]:
    if size > archive.LONGEST_JSON:
        raise BackupError(archive.DAMAGED)
    data = contents.read()
    return archive.sha256([data]), archive.parsed(data)


def _drained(contents: BinaryIO) -> str:
    return archive.sha256(archive.pieces_of(contents))
