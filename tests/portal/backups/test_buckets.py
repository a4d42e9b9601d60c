"""Files in buckets come along and come back, against a real S3 service."""

import datetime as dt
import socket
import threading
from contextlib import suppress

import boto3
import pytest

from content.files.bucket import Bucket as Storage
from portal import backups
from portal.backups import archive, place
from portal.backups.buckets import Bucket
from tests import buckets
from tests.portal.backups.test_round_trip import (
    FILES,
    KEY,
    NOW,
    files_of,
    fill,
    restore,
    rows_of,
)

KEYS = {"aws_access_key_id": "portal", "aws_secret_access_key": "portal-secret"}
LARGE = bytes(range(256)) * 40_000
"""More than the service takes in one part."""


@pytest.fixture(scope="module")
def service():
    with buckets.serving() as address:
        yield address


@pytest.fixture
def client(service, settings):
    settings.S3_ENDPOINT_URL, settings.S3_ADDRESSING = service, "path"
    settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = "portal", "portal-secret"
    settings.S3_PRIVATE_BUCKET, settings.S3_MEDIA_BUCKET = "private", "media"
    settings.STORAGE = "s3"
    client = boto3.client("s3", endpoint_url=service, region_name="us-east-1", **KEYS)
    for name in ("private", "media"):
        client.create_bucket(Bucket=name)
    yield client
    for name in ("private", "media"):
        for one in client.list_objects_v2(Bucket=name).get("Contents", []):
            client.delete_object(Bucket=name, Key=one["Key"])
        client.delete_bucket(Bucket=name)
    client.close()


@pytest.fixture
def cloudy(client, portal_of):
    """A portal whose files lie in buckets."""
    here = place.here()
    server = portal_of("cloudy").server
    return backups.Portal(server, here.media, here.private, identity="test")


def objects(client) -> dict[str, bytes]:
    return {
        f"{name}/{one['Key']}": client.get_object(Bucket=name, Key=one["Key"])[
            "Body"
        ].read()
        for name in ("media", "private")
        for one in client.list_objects_v2(Bucket=name).get("Contents", [])
    }


def test_from_a_disk_into_buckets_and_back(client, cloudy, portal_of, tmp_path):
    """Nothing is lost on either way, and uploads under way stay where they are."""
    disk, there = portal_of("disk"), portal_of("there")
    fill(disk)
    (disk.private / "large").write_bytes(LARGE)
    (disk.private / "uploads").mkdir()
    (disk.private / "uploads" / "a-piece").write_bytes(b"under way")

    restore(backups.make(disk, tmp_path / "kept", key="", now=NOW), cloudy)
    assert objects(client) == FILES | {"private/large": LARGE}
    kind = client.head_object(Bucket="private", Key="entries/2026/bài dự thi.pdf")
    assert kind["ContentType"] == "application/pdf"

    later = NOW + dt.timedelta(days=1)
    path = backups.make(cloudy, tmp_path / "kept", key=KEY, now=later)
    restore(path, there, key=KEY)
    assert files_of(there) == FILES | {"private/large": LARGE}
    assert rows_of(there) == rows_of(disk)


def test_a_full_bucket_is_left_alone_unless_told(client, cloudy, portal_of, tmp_path):
    disk = portal_of("disk")
    fill(disk)
    path = backups.make(disk, tmp_path / "kept", key="", now=NOW)
    client.put_object(Bucket="media", Key="mine", Body=b"here")
    client.put_object(Bucket="media", Key=".restoring/old", Body=b"of a killed one")
    with pytest.raises(backups.BackupError, match="the bucket media is not empty"):
        restore(path, cloudy)

    contents = backups.look_through(path, key="")
    contents.rows["person"] += 1  # as if a row had got lost on the way
    with pytest.raises(backups.BackupError, match="person had other numbers"):
        backups.restore(path, cloudy, key="", contents=contents, replace=True)
    assert objects(client) == {"media/mine": b"here"}
    assert rows_of(cloudy) == {}

    restore(path, cloudy, replace=True)
    assert objects(client) == FILES
    assert rows_of(cloudy) == rows_of(disk)


def test_a_connection_that_breaks_is_taken_up_where_it_broke(client, service, settings):
    client.put_object(Bucket="private", Key="large", Body=LARGE)
    with Breaking(int(service.rpartition(":")[2]), after=3_000_000) as wire:
        settings.S3_ENDPOINT_URL = wire.url
        (found,) = Bucket(Storage("private")).files()
        assert b"".join(found.pieces) == LARGE
        assert wire.broke == 3


def test_a_bucket_that_is_not_there_ends_the_backup(client, cloudy, tmp_path, settings):
    settings.S3_MEDIA_BUCKET = "nowhere"
    lost = backups.Portal(cloudy.server, place.here().media, cloudy.private)
    with pytest.raises(backups.BackupError, match="bucket nowhere did not do its part"):
        backups.make(lost, tmp_path / "kept", key="", now=NOW)
    assert not list((tmp_path / "kept").glob("portal-*"))


def test_buckets_may_be_left_to_others(client, portal_of, tmp_path):
    client.put_object(Bucket="media", Key="mine", Body=b"here")
    alone = place.here(with_buckets=False)
    portal = backups.Portal(portal_of("one").server, alone.media, alone.private)
    path = backups.make(portal, tmp_path / "kept", key="", now=NOW)
    with path.open("rb") as file:
        names = [name for name, _size, _contents in archive.members(file)]
    assert not [name for name in names if name.startswith(("media/", "private/"))]

    restore(path, backups.Portal(portal_of("two").server, *both(place.here())))
    assert objects(client) == {"media/mine": b"here"}


def both(portal):
    return portal.media, portal.private


class Breaking:
    """A wire to the service that breaks after so many bytes, three times."""

    def __init__(self, port: int, *, after: int) -> None:
        self._port, self._after, self.broke = port, after, 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> "Breaking":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listening.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self._port))
                except OSError:
                    near.close()
                    raise
                for ends in ((near, far, None), (far, near, self._after)):
                    threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, one, other, after) -> None:
        passed = 0
        with suppress(OSError), one, other:
            while data := one.recv(65536):
                other.sendall(data)
                passed += len(data)
                if after and passed > after and self.broke < 3:
                    self.broke += 1
                    break
            for end in (one, other):
                end.shutdown(socket.SHUT_RDWR)
