"""Files of entries in a bucket: the whole way, against a real S3 service."""

import datetime as dt
import logging
import socket
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from content.files import private_storage
from content.files.storage import choose_anew
from content.pictures import actions as pictures
from contests import copying, upkeep
from contests.models import EntryFile
from tests import buckets
from tests.clamd import StandIn
from tests.contests.test_uploading import Sender
from tests.factories import files as samples
from tests.factories.contests import (
    DAY,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
)
from tests.factories.members import UserFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("contests buckets"),  # started once, not once a process
]
KEYS = {"aws_access_key_id": "portal", "aws_secret_access_key": "portal-secret"}


@pytest.fixture(scope="module")
def service():
    with buckets.serving() as address:
        yield address


@pytest.fixture
def bucket(service, settings):
    """Both buckets, empty; the names of what lies in the private one."""
    settings.S3_ENDPOINT_URL, settings.S3_ADDRESSING = service, "path"
    settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY = "portal", "portal-secret"
    settings.S3_PRIVATE_BUCKET, settings.S3_MEDIA_BUCKET = "private", "media"
    client = boto3.client("s3", endpoint_url=service, region_name="us-east-1", **KEYS)
    for name in ("private", "media"):
        client.create_bucket(Bucket=name)
    settings.STORAGE = "s3"
    choose_anew()
    yield lambda: sorted(name for name, _written in _all(client))
    settings.STORAGE = "disk"
    choose_anew()
    for name in ("private", "media"):
        for key, _written in _all(client, name):
            client.delete_object(Bucket=name, Key=key)
        client.delete_bucket(Bucket=name)
    client.close()


def _all(client, name="private"):
    found = client.list_objects_v2(Bucket=name).get("Contents", [])
    return [(one["Key"], one["LastModified"]) for one in found]


@pytest.fixture
def entry(bucket):
    return EntryFactory()


def send(client, entry, content, name="bài.pdf"):
    """In pieces, as the page's script does."""
    client.force_login(entry.owner)
    sender = Sender(client, entry)
    answer = sender.go_on(sender.begin(content, name)["Location"], content)
    assert answer.status_code == 204
    return entry.files.latest("pk")


def test_from_the_first_piece_to_the_link(
    client, bucket, entry, settings, tmp_path, caplog
):
    """Sent, held, scanned in the bucket, then handed out for a minute."""
    content = samples.pdf(700_000)
    settings.CLAMD_SOCKET = str(tmp_path / "clamd.sock")
    row = send(client, entry, content)
    assert row.state == EntryFile.State.SCANNING
    assert bucket() == [row.file.name]
    left = [path for path in settings.PRIVATE_ROOT.rglob("*") if path.is_file()]
    assert [path.parent.name for path in left] in ([], ["uploads"])
    address = reverse("contests:download", args=[entry.code, row.pk])
    assert client.get(address).status_code == 404
    with StandIn.serving(settings.CLAMD_SOCKET) as scanner:
        scanner.answer = b"stream: OK\0"
        assert upkeep.check_held_files(now=entry.saved_at) == 1
    with caplog.at_level(logging.INFO, "content.files"):
        answer = client.get(address)
    link = urlsplit(answer["Location"])
    said = parse_qs(link.query)
    assert answer.status_code == 302
    assert said["X-Amz-Expires"] == ["60"]
    assert "no-store" in answer["Cache-Control"]
    assert f"{row.file.name} leaves by a link, account {entry.owner.pk}" in caplog.text
    assert link.query not in caplog.text
    with urlopen(answer["Location"]) as got:  # noqa: S310  our own service
        assert got.read() == content
        assert got.headers["Content-Type"] == "application/pdf"
        assert got.headers["Content-Disposition"].startswith("attachment; filename")
    with pytest.raises(HTTPError) as refused:
        urlopen(link._replace(query="").geturl())  # noqa: S310  the same
    with refused.value as answer:  # holds its line open until it is closed
        assert answer.code == 403
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404


def test_a_judge_reads_pages_and_plays_pieces_from_us(
    client, bucket, entry, now, time_machine
):
    """No link: it could carry no sandbox, and pages show nothing of another host."""
    film = samples.film()
    send(client, entry, samples.paper(2))
    send(client, entry, film, "phim.mp4")
    assert copying.make_waiting() == 2
    entry.state, entry.submitted_at = State.SUBMITTED, now
    entry.save()
    round_ = RoundFactory(contest=entry.contest)
    time_machine.move_to(round_.starts_at + DAY, tick=False)
    judge = a_judge()
    row = JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
    client.force_login(judge)
    page = client.get(reverse("judging:page", args=[row.pk, 1, 2]))
    assert page.status_code == 200
    assert page.content.startswith(b"\xff\xd8")
    assert "sandbox" in page["Content-Security-Policy"]
    piece = client.get(
        reverse("judging:film", args=[row.pk, 2]), headers={"range": "bytes=4-11"}
    )
    assert piece.status_code == 206
    assert piece.getvalue() == film[4:12]
    assert piece["X-Content-Type-Options"] == "nosniff"


def test_what_is_replaced_and_what_belongs_to_nobody_goes(
    client, bucket, entry, now, django_capture_on_commit_callbacks
):
    row = send(client, entry, samples.pdf())
    stray = private_storage().save("entries/7/stray", ContentFile(b"left by a crash"))
    # By the clock of the service, which is another one.
    left_at = dict(private_storage().listed("entries"))[stray]
    assert upkeep.drop_orphan_files(now=left_at + DAY) == []
    assert bucket() == sorted([row.file.name, stray])
    gone = upkeep.drop_orphan_files(now=left_at + DAY + dt.timedelta(seconds=1))
    assert gone == [f"{stray}: no entry knows it"]
    assert bucket() == [row.file.name]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("contests:files", args=[entry.code]), {"remove": str(row.pk)}
        )
    assert bucket() == []


def test_while_the_service_is_away_a_page_says_so(client, bucket, entry, settings):
    row = send(client, entry, samples.pdf())
    copying.make_waiting()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.S3_ENDPOINT_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        choose_anew()
        client.raise_request_exception = False
        answer = client.post(
            reverse("contests:files", args=[entry.code]),
            {"files": SimpleUploadedFile("b.pdf", samples.pdf(500))},
        )
    assert answer.status_code == 503
    assert entry.files.get() == row


def test_public_pictures_keep_an_address_of_ours(client, bucket, settings, now):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "content.files.bucket.PublicBucket"}
    }
    upload = ContentFile(samples.picture("JPEG"), name="a.jpg")
    picture, _animated = pictures.add(file=upload, name="a.jpg")
    assert picture.file.url.startswith("/media/pictures/")
    assert client.get(picture.file.url).getvalue().startswith(b"\xff\xd8")
    assert pictures.prepare(picture_id=picture.pk)
    assert bucket() == []
    pictures._delete_folder(picture)
    assert client.get(picture.file.url).status_code == 404
