"""Files in a bucket of an S3 service: how they leave it and how they come back.

Imported only where one is in use, as content.files.bucket is.
"""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
)
from storages.backends.s3 import S3Storage

from portal.backups.archive import CHUNK
from portal.backups.errors import BackupError
from portal.backups.folders import STAGED, Found, Put

TRIES = 5
"""So often a connection may break within one file."""
MEGABYTE = 1024 * 1024
# The service copies by itself; in parts, so that each answers before we lose patience.
COPYING = TransferConfig(
    multipart_threshold=64 * MEGABYTE,
    multipart_chunksize=64 * MEGABYTE,
    use_threads=False,
)


class Bucket:
    """One bucket; a backup of it reads as one of a folder with the same files does.

    There is no renaming in a bucket. A restore lays its files aside below `.restoring`,
    has the service copy them to their names once all is there, and deletes what does
    not belong last: until then nothing that was there is lost, except where another
    file had the same name, and the portal never gives a name twice.
    """

    def __init__(self, storage: S3Storage, *, leaving: tuple[str, ...] = ()) -> None:
        """`leaving` are folders that a backup of a disk may hold and a bucket not."""
        self._bucket = storage.bucket
        self._sending = storage.transfer_config
        self._leaving = leaving

    def __str__(self) -> str:
        return f"the bucket {self._bucket.name}"

    def files(self, without: tuple[Path, ...] = ()) -> Iterator[Found]:
        with self._asked():
            for one in self._objects():
                found = self._open(one.key)
                if found is not None:
                    yield Found(
                        one.key,
                        found["ContentLength"],
                        int(found["LastModified"].timestamp()),
                        self._pieces(one.key, found),
                    )

    def bytes(self) -> int:
        with self._asked():
            return sum(one.size for one in self._objects())

    def is_empty(self) -> bool:
        with self._asked():
            return next(self._objects(), None) is None

    def refuse_full(self, needed: int) -> None:
        """A bucket does not tell."""

    @contextmanager
    def staged(self) -> Iterator[Put]:
        with self._asked():
            self._forget_staged()
        try:
            yield self._put
        finally:
            # What stays is in nobody's way, and goes with the next restore.
            with suppress(BackupError), self._asked():
                self._forget_staged()

    def swap(self) -> None:
        wanted = set()
        with self._asked():
            for one in self._bucket.objects.filter(Prefix=f"{STAGED}/"):
                key = one.key.removeprefix(f"{STAGED}/")
                source = {"Bucket": self._bucket.name, "Key": one.key}
                self._bucket.copy(source, key, Config=COPYING)
                wanted.add(key)
            for one in self._objects():
                if one.key not in wanted:
                    one.delete()

    def _put(self, name: str, contents: BinaryIO) -> None:
        if name.startswith(self._leaving):
            return
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with self._asked():
            self._bucket.upload_fileobj(
                _Forward(contents),
                f"{STAGED}/{name}",
                ExtraArgs={"ContentType": kind},
                Config=self._sending,
            )

    def _objects(self) -> Iterator[Any]:
        for one in self._bucket.objects.all():
            if not one.key.startswith(f"{STAGED}/"):
                yield one

    def _forget_staged(self) -> None:
        # One by one: not every service takes a list of what to delete.
        for one in self._bucket.objects.filter(Prefix=f"{STAGED}/"):
            one.delete()

    def _open(self, key: str, **part: str) -> dict[str, Any] | None:
        """None where it was deleted since the bucket was listed."""
        try:
            return self._bucket.Object(key).get(**part)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise

    def _pieces(self, key: str, found: dict[str, Any]) -> Iterator[bytes]:
        """All bytes of one file; where the connection breaks it goes on from there."""
        done = tried = 0
        with self._asked():
            while True:
                try:
                    for piece in found["Body"].iter_chunks(CHUNK):
                        done += len(piece)
                        yield piece
                    return
                except (HTTPClientError, IncompleteReadError):
                    tried += 1
                    if tried > TRIES:
                        raise
                    rest = {"Range": f"bytes={done}-", "IfMatch": found["ETag"]}
                    if (again := self._open(key, **rest)) is None:
                        raise
                    found = again

    @contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, Boto3Error, ClientError) as error:
            raise BackupError(
                f"The bucket {self._bucket.name} did not do its part: {error}"
            ) from error


class _Forward(io.RawIOBase):
    """A member of an archive that is read as it comes: nobody may seek in it."""

    def __init__(self, contents: BinaryIO) -> None:
        self._contents = contents

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._contents.read() if size < 0 else self._contents.read(size)
