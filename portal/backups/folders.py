"""Files in a folder of this machine: how they leave it and how they come back."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from portal.backups.archive import CHUNK, pieces_of
from portal.backups.errors import BackupError

STAGED, OUT_OF_THE_WAY = ".restoring", ".before-restore"

Put = Callable[[str, BinaryIO], None]
"""Takes one file of a backup: its name and its contents, which are read once."""


@dataclass(frozen=True)
class Found:
    """One file, and its bytes as they come."""

    name: str
    size: int
    mtime: int
    pieces: Iterator[bytes]


class Store(Protocol):
    """Where files lie: `Folder`, or `portal.backups.buckets.Bucket`."""

    def files(self, without: tuple[Path, ...]) -> Iterator[Found]:
        """All of them, one after the other; each has to be read before the next."""

    def bytes(self) -> int:
        """How much they are in all."""

    def is_empty(self) -> bool: ...

    def refuse_full(self, needed: int) -> None:
        """Raise BackupError where so many bytes more find no room."""

    def staged(self) -> Iterator[Put]:
        """A context: what is put lies aside, and is gone afterwards if nobody swaps."""

    def swap(self) -> None:
        """What lies aside takes the place of what was there."""


@dataclass(frozen=True)
class Folder:
    root: Path

    def __str__(self) -> str:
        return str(self.root)

    def files(self, without: tuple[Path, ...]) -> Iterator[Found]:
        """No links, nothing beside files, nothing of `without`."""
        for folder, names, files in os.walk(self.root):
            here = Path(folder)
            names[:] = sorted(name for name in names if here / name not in without)
            for name in sorted(files):
                if here / name not in without and (file := _opened(here / name)):
                    with file:
                        about = os.fstat(file.fileno())
                        yield Found(
                            (here / name).relative_to(self.root).as_posix(),
                            about.st_size,
                            int(about.st_mtime),
                            pieces_of(file),
                        )

    def bytes(self) -> int:
        return sum(
            os.stat(os.path.join(where, name), follow_symlinks=False).st_size
            for where, _names, names in os.walk(self.root)
            for name in names
            if os.path.lexists(os.path.join(where, name))
        )

    def is_empty(self) -> bool:
        return not (self.root.exists() and any(self.root.iterdir()))

    def refuse_full(self, needed: int) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free < needed:
            raise BackupError(
                f"The disk of {self.root} is too full: the files of this backup take "
                f"{needed // 1_000_000 + 1} MB. Nothing was changed."
            )

    @contextmanager
    def staged(self) -> Iterator[Put]:
        """Inside the folder itself, so that what is complete only has to be moved."""
        staging = self.root / STAGED
        shutil.rmtree(staging, ignore_errors=True)
        try:
            staging.mkdir(mode=0o700)
            yield self._put
        except OSError as error:
            raise BackupError(f"The files could not be written: {error}") from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def swap(self) -> None:
        before = self.root / OUT_OF_THE_WAY
        shutil.rmtree(before, ignore_errors=True)
        before.mkdir(mode=0o700)
        for child in list(self.root.iterdir()):
            if child.name not in (STAGED, OUT_OF_THE_WAY):
                child.rename(before / child.name)
        for child in list((self.root / STAGED).iterdir()):
            child.rename(self.root / child.name)
        shutil.rmtree(before)

    def _put(self, name: str, contents: BinaryIO) -> None:
        target = self.root.joinpath(STAGED, *PurePosixPath(name).parts)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with target.open("xb") as out:
            shutil.copyfileobj(contents, out, CHUNK)


def _opened(path: Path) -> BinaryIO | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None  # deleted since the folder was read
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None  # a link: it leads to what is no file of ours
        raise
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    return None
