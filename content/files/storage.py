"""Where private files lie: a folder or a bucket that no address leads to.

`settings.STORAGE` says which (docs/uploads.md). Beside what Django asks of a storage,
both know how to hand out a piece of a file (`read_from`), to list what lies below a
folder with its age (`listed`), to lend a file to a program that wants a path
(`on_disk`), to take in what such a program made (`keep`), and whether a file leaves by
a link of its own (`link`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings
from django.core.files.move import file_move_safe
from django.core.files.storage import FileSystemStorage
from django.utils.functional import LazyObject, empty

if TYPE_CHECKING:
    from content.files.bucket import PrivateBucket

ABANDONED_AFTER = dt.timedelta(days=1)


class PrivateStorage(FileSystemStorage):
    """Files under settings.PRIVATE_ROOT, readable by the portal's account only."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    # Read anew each time, so that a test or a command may name another folder.
    @property
    def base_location(self) -> str:
        return str(settings.PRIVATE_ROOT)

    @property
    def location(self) -> str:
        return os.path.abspath(self.base_location)

    def url(self, name: str | None) -> str:
        """There is none: a view that checks who asks hands the file out."""
        raise ValueError("a private file has no address")

    def link(self, name: str, *, shown_as: str, media_type: str) -> str:
        """None either, however short-lived: we send the bytes."""
        return ""

    def read_from(self, name: str, start: int, length: int) -> BinaryIO:
        """A stream that stands at `start`; the caller reads no more than `length`.

        Raises FileNotFoundError.
        """
        file = open(self.path(name), "rb")  # noqa: SIM115  closed by the caller
        file.seek(start)
        return file

    def listed(self, folder: str) -> Iterator[tuple[str, dt.datetime]]:
        """The names of all files below a folder, and when each was written."""
        root = Path(self.path(folder))
        for path in sorted(root.rglob("*")):
            with contextlib.suppress(FileNotFoundError):
                if not path.is_dir():
                    name = path.relative_to(self.location).as_posix()
                    written = path.stat().st_mtime
                    yield name, dt.datetime.fromtimestamp(written, dt.UTC)

    @contextlib.contextmanager
    def on_disk(self, name: str) -> Iterator[Path]:
        """The file as a path, for as long as the block lasts."""
        yield Path(self.path(name))

    def keep(self, made: Path, name: str) -> None:
        """Take in a file of ours under this name; `made` is gone then."""
        target = Path(self.path(name))
        make_private_folder(target.parent)
        file_move_safe(str(made), str(target))
        target.chmod(0o600)


class _Chosen(LazyObject):
    """The storage that the settings name, made when it is first needed."""

    def _setup(self) -> None:
        self._wrapped = PrivateStorage() if settings.STORAGE == "disk" else _bucket()


def _bucket() -> PrivateBucket:
    # Only here: the client of a bucket takes memory that a disk does not need.
    from content.files.bucket import PrivateBucket

    return PrivateBucket()


_storage = _Chosen()


def private_storage() -> PrivateStorage | PrivateBucket:
    """The storage of every private file, for `FileField(storage=private_storage)`.

    On a disk, an upload on the same file system is moved there, not copied.
    """
    return _storage


def choose_anew() -> None:
    """Forget the storage in use: settings.STORAGE has changed, as tests have it."""
    _storage._wrapped = empty


def incoming_folder() -> Path:
    """Where uploads lie until somebody keeps them: always on a disk."""
    return Path(settings.PRIVATE_ROOT) / "incoming"


def make_private_folder(path: Path) -> Path:
    """Make the folder, and those missing above it, for the portal's account only."""
    for folder in [*reversed(path.parents), path]:
        if not folder.exists():
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
    return path


def drop_abandoned_uploads(*, now: dt.datetime) -> int:
    """Delete what uploads left behind whose process died; the number deleted.

    Those that broke off in the ordinary way left nothing. No upload takes a day.
    """
    incoming = incoming_folder()
    old = (now - ABANDONED_AFTER).timestamp()
    dropped = 0
    for path in incoming.iterdir() if incoming.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < old:
                path.unlink()
                dropped += 1
    return dropped
