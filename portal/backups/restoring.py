"""Bringing a backup back: looked through from end to end before anything is touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from psycopg2 import sql

from portal.backups import archive, database, sealed
from portal.backups.errors import BackupError
from portal.backups.folders import Put, Store
from portal.backups.making import FOLDERS, FORMAT, Portal


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
    stores = _places(portal, contents)
    with portal.server.connected() as link:
        link.autocommit = True
        cursor = link.cursor()
        _refuse_company(cursor)
        if not replace:
            _refuse_full(cursor, stores)
        for store in stores.values():
            store.refuse_full(contents.bytes)
        version = link.server_version // 10000
        with _staged(stores) as put, _emptied(cursor, replace=replace):
            with database.loading(portal.server, version) as dump:
                _spread(path, key, dump, put)
            _compare(cursor, contents)
            for store in stores.values():
                store.swap()


def _refuse_another_version(contents: Contents) -> None:
    if contents.unknown:
        some = ", ".join(contents.unknown[:3])
        raise BackupError(
            "This backup was made by a newer version of the portal (it has the "
            f"migrations {some}): install that version or a later one first."
        )


def _places(portal: Portal, contents: Contents) -> dict[str, Store]:
    places = portal.stores()
    if lacking := [name for name in contents.head["folders"] if name not in places]:
        raise BackupError(
            f"The backup holds the files of {', '.join(lacking)} and this portal has "
            "no place for them."
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


def _refuse_full(cursor, stores: dict[str, Store]) -> None:
    if database.tables(cursor):
        raise BackupError(
            "The database is not empty: restore into a new one, or say --replace to "
            "have all that is in it replaced."
        )
    for store in stores.values():
        if not store.is_empty():
            raise BackupError(
                f"{store} is not empty: restore into a new place, or say --replace to "
                "have all that is in it replaced."
            )


@contextmanager
def _staged(stores: dict[str, Store]) -> Iterator[dict[str, Put]]:
    """How each takes its files; what is not swapped in the end is forgotten."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(store.staged()) for name, store in stores.items()
        }


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


def _spread(path: Path, key: str, dump: BinaryIO, put: dict[str, Put]) -> None:
    """Each member to where it belongs."""
    with _members(path, key) as members:
        for name, _size, contents in members:
            if name.startswith(archive.DATABASE):
                shutil.copyfileobj(contents, dump, archive.CHUNK)
            elif folder := _folder_of(name):
                put[folder](name.removeprefix(f"{folder}/"), contents)


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
