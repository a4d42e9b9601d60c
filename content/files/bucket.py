"""Files in buckets of an S3 service (settings.STORAGE is "s3"): one private, one not.

Ours or somebody's: Amazon, MinIO, Ceph. Imported only where one is in use.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError
from django.conf import settings
from django.core.files.base import File
from django.utils.encoding import filepath_to_uri
from django.utils.http import content_disposition_header
from storages.backends.s3 import S3Storage

from content.files.storage import incoming_folder, make_private_folder

AWAY = (HTTPClientError, ConnectionError)
"""What the client raises where nobody answers."""
LINK_SECONDS = 60
"""DESIGN rule 6: so long a link leads to a private file."""
_SPOOLED = 1024 * 1024


class Bucket(S3Storage):
    """What both buckets share: bounded in memory and in time, nothing overwritten."""

    def __init__(self, name: str) -> None:
        super().__init__(
            bucket_name=name,
            access_key=settings.S3_ACCESS_KEY,
            secret_key=settings.S3_SECRET_KEY,
            region_name=settings.S3_REGION,
            endpoint_url=settings.S3_ENDPOINT_URL or None,
            file_overwrite=False,
            querystring_expire=LINK_SECONDS,
            max_memory_size=_SPOOLED,
            # One part at a time: ten of eight megabytes would burst a small machine.
            transfer_config=TransferConfig(use_threads=False),
            client_config=Config(
                signature_version="s3v4",
                s3={"addressing_style": settings.S3_ADDRESSING},
                connect_timeout=3,
                read_timeout=20,
                retries={"mode": "standard", "max_attempts": 3},
                # Services that are not Amazon's stumble over checksums in trailers.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )


class PublicBucket(Bucket):
    """Public pictures. Their addresses stay ours, and pages load from nowhere else."""

    def __init__(self) -> None:
        super().__init__(settings.S3_MEDIA_BUCKET)

    def url(self, name: str, *args, **kwargs) -> str:
        return settings.MEDIA_URL + filepath_to_uri(name).lstrip("/")


class PrivateBucket(Bucket):
    """Like `storage.PrivateStorage`, which says what the methods mean."""

    def __init__(self) -> None:
        super().__init__(settings.S3_PRIVATE_BUCKET)
        self._for_links = self
        if settings.S3_LINK_ENDPOINT_URL:
            self._for_links = Bucket(settings.S3_PRIVATE_BUCKET)
            self._for_links.endpoint_url = settings.S3_LINK_ENDPOINT_URL

    def url(self, name: str, *args, **kwargs) -> str:
        raise ValueError("a private file has no address")

    def link(self, name: str, *, shown_as: str, media_type: str) -> str:
        said = {
            "ResponseContentType": media_type,
            "ResponseContentDisposition": content_disposition_header(True, shown_as),
        }
        return Bucket.url(self._for_links, name, parameters=said)

    def read_from(self, name: str, start: int, length: int) -> BinaryIO:
        if not length:  # a range cannot be empty
            return tempfile.SpooledTemporaryFile()
        client = self.connection.meta.client
        try:
            found = client.get_object(
                Bucket=self.bucket_name,
                Key=name,
                Range=f"bytes={start}-{start + length - 1}",
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from error
            raise
        return found["Body"]

    def listed(self, folder: str) -> Iterator[tuple[str, dt.datetime]]:
        for found in self.bucket.objects.filter(Prefix=f"{folder.rstrip('/')}/"):
            yield found.key, found.last_modified

    @contextlib.contextmanager
    def on_disk(self, name: str) -> Iterator[Path]:
        """A copy beside the uploads, gone with the block."""
        folder = make_private_folder(incoming_folder())
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".lent") as copy:
            try:
                self.bucket.Object(name).download_fileobj(
                    copy, Config=self.transfer_config
                )
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                    raise FileNotFoundError(name) from error
                raise
            copy.flush()
            yield Path(copy.name)

    def keep(self, made: Path, name: str) -> None:
        with made.open("rb") as file:
            self.save(name, File(file))
        made.unlink()
