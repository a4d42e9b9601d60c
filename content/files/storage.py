"""Where private files lie: one folder that no address leads to."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

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


_storage = PrivateStorage()


def private_storage() -> PrivateStorage:
    """The storage of every private file, for `FileField(storage=private_storage)`.

    An upload on the same file system is moved there, not copied.
    """
    return _storage


def incoming_folder() -> Path:
    """Where uploads lie until somebody keeps them."""
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
