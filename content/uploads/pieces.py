"""The bytes of unfinished uploads: one growing file each, below the private folder.

On the disk and not in a bucket: pieces of at most one megabyte cannot be joined there
without sending them twice, and the whole file is looked into on a disk anyway.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile

from content.files.storage import incoming_folder, make_private_folder

_KEY = re.compile(r"[0-9a-f]{32}")


class Lost(Exception):
    """Bytes that the row counts are not on the disk any more."""


def folder() -> Path:
    return Path(settings.PRIVATE_ROOT) / "uploads"


def path_of(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise ValueError("not the key of an upload")
    return folder() / key


def write(key: str, offset: int, data: bytes | bytearray) -> None:
    """Put a piece where it belongs and onto the disk itself, so that it outlives a
    power cut. What an earlier try left behind the offset is cut off. Raises Lost.

    The caller holds the upload's row.
    """
    make_private_folder(folder())
    descriptor = os.open(path_of(key), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        if os.fstat(descriptor).st_size < offset:
            raise Lost(key)
        done = 0
        while done < len(data):
            done += os.pwrite(descriptor, memoryview(data)[done:], offset + done)
        os.ftruncate(descriptor, offset + len(data))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def whole(key: str, name: str, length: int) -> Iterator[TemporaryUploadedFile]:
    """The finished file, as a form would bring it: keeping it is a rename.

    It is a second name for the same bytes, so that a crash between the rename and the
    commit loses nothing: the upload is still whole and is finished once more. Raises
    Lost.
    """
    source = path_of(key)
    try:
        if source.stat().st_size != length:
            raise Lost(key)
        with _Arrived(source, name, length) as file:
            yield file
    except FileNotFoundError as error:
        raise Lost(key) from error


def drop(key: str) -> None:
    path_of(key).unlink(missing_ok=True)


def keys_older_than(moment: dt.datetime) -> list[str]:
    """Of all files in the folder, whether a row knows them or not."""
    if not folder().is_dir():
        return []
    found = []
    for path in folder().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if _KEY.fullmatch(path.name) and path.stat().st_mtime < moment.timestamp():
                found.append(path.name)
    return found


class _Arrived(TemporaryUploadedFile):
    """Like `files.uploads.PrivateUpload`; its temporary file may have been moved."""

    whole = True

    def __init__(self, source: Path, name: str, size: int) -> None:
        incoming = make_private_folder(incoming_folder())
        path = str(incoming / f"{secrets.token_hex(8)}.upload")
        try:
            os.link(source, path)
        except OSError:  # a file system without second names
            shutil.copyfile(source, path)
        super(TemporaryUploadedFile, self).__init__(
            open(path, "rb"),  # noqa: SIM115  closed when the block ends
            name,
            "",
            size,
        )

    def temporary_file_path(self) -> str:
        return self.file.name

    def __exit__(self, *exc_info: object) -> None:
        self.file.close()
        with contextlib.suppress(FileNotFoundError):  # kept: moved to its place
            os.unlink(self.file.name)
