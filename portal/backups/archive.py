"""The archive: a tar that is written in one go and whose every byte is accounted for.

    head.json            what it is and which version made it
    database/000001 ...  the dump of pg_dump -Fc, in parts
    media/...            public files
    private/...          private files
    manifest.json        rows of each table, and size and sha256 of each member
    SHA256               sha256 of all bytes before it

An archive without a key opens with `tar` and `cat database/* | pg_restore`, should this
program be gone.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from portal.backups.errors import BackupError

HEAD, MANIFEST, SUM = "head.json", "manifest.json", "SHA256"
DATABASE = "database/"
PART = 16 * 1024 * 1024
BLOCK = 512
CHUNK = 1024 * 1024
# A header, the sum in one block, and the two empty blocks that end a tar.
TRAILER = 4 * BLOCK
LONGEST_JSON = 64 * 1024 * 1024
DAMAGED = (
    "The backup is damaged: its checksums do not fit. Nothing was changed; take "
    "another copy or an older backup."
)


class Writer:
    """Writes members one after the other and keeps their sums."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._sum = hashlib.sha256()
        self.members: dict[str, dict[str, Any]] = {}

    def json(self, name: str, data: Any) -> None:
        text = json.dumps(data, ensure_ascii=False, indent=1).encode()
        self.member(name, len(text), [text])

    def dump(self, pieces: Iterable[bytes]) -> None:
        """The dump as it comes, cut into parts."""
        waiting, number = bytearray(), 0
        for piece in pieces:
            waiting += piece
            while len(waiting) >= PART:
                number += 1
                self._part(number, waiting[:PART])
                del waiting[:PART]
        self._part(number + 1, waiting)

    def _part(self, number: int, data: bytes) -> None:
        self.member(f"{DATABASE}{number:06}", len(data), [bytes(data)])

    def member(
        self, name: str, size: int, pieces: Iterable[bytes], *, mtime: int = 0
    ) -> None:
        """One file of exactly `size` bytes; what a shrunken one lacks are zeros."""
        self._put(_header(name, size, mtime))
        own, left = hashlib.sha256(), size
        for piece in _exactly(pieces, size):
            own.update(piece)
            self._put(piece)
            left -= len(piece)
        self._put(bytes(-size % BLOCK))
        self.members[name] = {"size": size, "sha256": own.hexdigest()}

    def finish(self) -> None:
        self._out.write(_trailer(self._sum.hexdigest()))

    def _put(self, data: bytes) -> None:
        self._sum.update(data)
        self._out.write(data)


def members(file: BinaryIO) -> Iterator[tuple[str, int, BinaryIO]]:
    """Name, size and contents of each member; raises BackupError at the end, at the
    latest, if any byte of the archive is not what was written."""
    watched = _Watched(file)
    try:
        with tarfile.open(fileobj=watched, mode="r|") as tar:
            for member in tar:
                contents = tar.extractfile(member)
                if contents is None or member.name.startswith(("/", "../")):
                    raise BackupError(DAMAGED)
                yield member.name, member.size, contents
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BackupError(DAMAGED) from error
    watched.check()


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(CHUNK):
        yield piece


def parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise BackupError(DAMAGED) from error


def sha256(pieces: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


class _Watched(io.RawIOBase):
    """Hands on what is read and adds up all but the trailer."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._sum = hashlib.sha256()
        self._tail = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size) or b""
        held = self._tail + data
        self._sum.update(held[:-TRAILER])
        self._tail = held[-TRAILER:]
        return data

    def check(self) -> None:
        while self.read(CHUNK):
            pass
        if self._tail != _trailer(self._sum.hexdigest()):
            raise BackupError(DAMAGED)


def _header(name: str, size: int, mtime: int) -> bytes:
    about = tarfile.TarInfo(name)
    about.size, about.mtime, about.mode = size, mtime, 0o600
    return about.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _trailer(digest: str) -> bytes:
    return _header(SUM, len(digest), 0) + digest.encode().ljust(3 * BLOCK, b"\0")


def _exactly(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    for piece in pieces:
        if size <= 0:
            return
        yield piece[:size]
        size -= len(piece)
    while size > 0:
        yield bytes(min(size, CHUNK))
        size -= CHUNK
