"""Files in pieces on their way to an entry: case 22, each outcome by its name."""

import base64
import datetime as dt
import hashlib
import io
import os
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.files import FileState
from content.uploads import actions as uploads
from content.uploads.models import Upload
from contests import filing, upkeep, uploading
from contests.models import Contest, EntryFile
from contests.rules import LATE
from tests.clamd import StandIn
from tests.factories import files as samples
from tests.factories.contests import (
    ContestFactory,
    EntryFactory,
    EntryFileFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
    an_organiser,
    complete,
)
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024
TICK = dt.timedelta(microseconds=1)
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
LONG_NAME = "Bản thuyết minh sáng kiến " * 7 + "đợt một, năm 2026.pdf"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


class Sender:
    """Sends as the page's script does: small pieces, each with its checksum."""

    def __init__(self, client, entry, piece=256 * 1024):
        self.client, self.entry, self.piece = client, entry, piece

    def begin(self, content, name, query="", length=None):
        return self.client.post(
            reverse("contests:upload", args=[self.entry.code]) + query,
            HTTP_UPLOAD_LENGTH=str(len(content) if length is None else length),
            HTTP_UPLOAD_METADATA=f"filename {b64(name.encode())}",
            **TUS,
        )

    def offset(self, address):
        return int(self.client.head(address, **TUS)["Upload-Offset"])

    def patch(self, address, offset, data):
        return self.client.patch(
            address,
            data,
            content_type="application/offset+octet-stream",
            HTTP_UPLOAD_OFFSET=str(offset),
            HTTP_UPLOAD_CHECKSUM=f"sha256 {b64(hashlib.sha256(data).digest())}",
            **TUS,
        )

    def go_on(self, address, content, until=None):
        offset, answer = self.offset(address), None
        while offset < (until or len(content)):
            data = content[offset : offset + self.piece]
            answer = self.patch(address, offset, data)
            if answer.status_code != 204:
                break
            offset = int(answer["Upload-Offset"])
        return answer

    def send(self, content, name="bai.pdf", query=""):
        begun = self.begin(content, name, query)
        if begun.status_code != 201:
            return begun
        return self.go_on(begun["Location"], content)


@pytest.fixture
def entry(client):
    entry = EntryFactory()
    client.force_login(entry.owner)
    return entry


@pytest.fixture
def sender(client, entry):
    return Sender(client, entry)


def text(response):
    return response.content.decode()


def packed(unpacked: int) -> bytes:
    return samples.package(extra={"word/media/image1.bin": bytes(unpacked)})


def locked_zip() -> bytes:
    """A document whose parts say that they are encrypted."""
    content = bytearray(samples.docx())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        starts = [part.header_offset for part in archive.infolist()]
    for start in starts:
        content[start + 6] |= 1
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 1)
    return bytes(content)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


class TestBadInput:
    @pytest.mark.parametrize(
        ("content", "name", "said"),
        [
            (samples.EXE, "bai.pdf", "not what the file holds"),
            (samples.EXE, "bai.exe", "cannot be taken"),
            (samples.pdf() + samples.docx(), "bai.pdf", "Something else is hidden"),
            (
                samples.picture("JPEG", comment=b"<script>alert(1)</script>"),
                "anh.jpg",
                "Something else is hidden",
            ),
            (SVG, "anh.svg", "cannot be taken"),
            (SVG, "anh.png", "not what the file holds"),
            (samples.HTML, "trang.html", "cannot be taken"),
            (packed(30 * MEGABYTE), "bai.docx", "far too large"),
            (locked_zip(), "bai.docx", "locked with a password"),
            (samples.zipped({"bai.txt": b"x"}), "bai.zip", "cannot be taken"),
            (samples.pdf(600_000)[:500_000], "bai.pdf", "damaged or incomplete"),
        ],
        ids=[
            *("exe-as-pdf", "exe", "polyglot", "script-in-jpeg", "svg", "svg-as-png"),
            *("html", "zip-bomb", "encrypted", "plain-zip", "cut-short"),
        ],
    )
    def test_is_refused_in_words_and_leaves_nothing(
        self,
        sender,
        entry,
        client,
        stored,
        private_root,
        content,
        name,
        said,
        django_capture_on_commit_callbacks,
    ):
        with django_capture_on_commit_callbacks(execute=True):
            answer = sender.send(content, name)
        assert answer.status_code == 422
        assert said in text(answer)
        assert not entry.files.exists()
        assert stored() == []
        assert not [p for p in private_root.rglob("*") if p.is_file()]
        page = text(client.get(reverse("contests:files", args=[entry.code])))
        assert said in page
        assert name in page

    def test_nothing_and_one_byte_over_are_refused_before_a_byte_is_sent(self, sender):
        empty = sender.begin(b"", "bai.pdf")
        assert (empty.status_code, "empty" in text(empty)) == (400, True)
        over = sender.begin(b"", "bai.pdf", length=MEGABYTE + 1)
        assert over.status_code == 413
        assert "1.1 MB; at most 1 MB" in text(over)
        assert not Upload.objects.exists()

    def test_exactly_the_limit_comes_in(self, sender, entry):
        content = samples.pdf(MEGABYTE)
        assert sender.send(content).status_code == 204
        row = entry.files.get()
        assert (row.size, row.state) == (MEGABYTE, EntryFile.State.UNSCANNED)
        assert row.sha256 == hashlib.sha256(content).hexdigest()

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../../etc/cron.d/bai.pdf", "bai.pdf"),
            ("C:\\Users\\Lan\\bài thi.pdf", "bài thi.pdf"),
            (LONG_NAME, None),
        ],
    )
    def test_a_name_is_only_a_name(self, sender, entry, private_root, name, kept):
        assert sender.send(samples.pdf(), name).status_code == 204
        row = entry.files.get()
        if kept:
            assert row.name == kept
        else:
            assert len(row.name) <= 150
            assert row.name.startswith("Bản thuyết minh sáng kiến")
            assert row.name.endswith(".pdf")
        assert all(
            private_root in path.parents for path in private_root.rglob("entries/*/*")
        )


class TestResuming:
    def test_broken_at_ninety_percent_it_goes_on_tomorrow(
        self, sender, entry, client, time_machine, now
    ):
        content = samples.pdf(1_000_000)
        address = sender.begin(content, "bài.pdf")["Location"]
        sender.piece = 100_000
        sender.go_on(address, content, until=900_000)
        time_machine.move_to(now + dt.timedelta(days=1), tick=False)
        page = text(client.get(reverse("contests:files", args=[entry.code])))
        assert 'value="90"' in page
        assert "bài.pdf" in page
        assert sender.offset(address) == 900_000
        sender.go_on(address, content)
        row = entry.files.get()
        assert row.sha256 == hashlib.sha256(content).hexdigest()
        assert row.begun_at == now
        assert row.uploaded_at == now + dt.timedelta(days=1)

    def test_it_can_be_dropped_by_a_form(
        self, sender, entry, client, private_root, django_capture_on_commit_callbacks
    ):
        address = sender.begin(samples.pdf(900), "bai.pdf")["Location"]
        sender.patch(address, 0, b"%PDF")
        key = Upload.objects.get().key
        files = reverse("contests:files", args=[entry.code])
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(files, {"drop": key}).status_code == 302
        assert not Upload.objects.exists()
        assert not any((private_root / "uploads").iterdir())
        assert client.post(files, {"drop": key}).status_code == 302

    def test_nobody_drops_the_upload_of_another(self, sender, client):
        sender.begin(samples.pdf(900), "bai.pdf")
        other = EntryFactory()
        client.force_login(other.owner)
        files = reverse("contests:files", args=[other.code])
        client.post(files, {"drop": Upload.objects.get().key})
        assert Upload.objects.exists()

    def test_a_new_version_takes_the_place(self, sender, entry):
        old = EntryFileFactory(entry=entry)
        png = samples.picture("PNG")
        assert sender.send(png, "anh.png", f"?thay={old.pk}").status_code == 204
        row = entry.files.get()
        assert (row.pk, row.name) == (old.pk, "anh.png")

    def test_only_a_file_of_this_entry_can_be_replaced(self, sender, entry):
        other = EntryFileFactory()
        for number in (other.pk, 9**40):
            answer = sender.begin(b"x", "a.pdf", f"?thay={number}")
            assert answer.status_code == 404
        assert sender.begin(b"x", "a.pdf", "?thay=x").status_code == 400
        assert not Upload.objects.exists()


class TestRoom:
    def test_those_under_way_hold_a_place(self, sender, entry):
        Contest.objects.update(max_files=2)
        EntryFileFactory(entry=entry)
        assert sender.begin(b"x", "a.pdf").status_code == 201
        full = sender.begin(b"x", "b.pdf")
        assert full.status_code == 409
        assert "at most 2 files" in text(full)

    def test_the_same_file_twice_is_one(self, sender, entry):
        for _time in range(2):
            assert sender.send(samples.pdf()).status_code == 204
        assert entry.files.count() == 1


class TestDeadline:
    @pytest.fixture
    def half_sent(self, sender, time_machine):
        """The first byte came in the last moment."""
        closes = sender.entry.contest.closes_at
        content = samples.pdf(200_000)
        time_machine.move_to(closes - TICK, tick=False)
        address = sender.begin(content, "bai.pdf")["Location"]
        sender.piece = 100_000
        sender.go_on(address, content, until=100_000)
        return address, content, closes

    def test_it_ends_within_fifteen_minutes(self, half_sent, sender, time_machine):
        address, content, closes = half_sent
        time_machine.move_to(closes + LATE - TICK, tick=False)
        assert sender.go_on(address, content).status_code == 204
        assert sender.entry.files.get().uploaded_at == closes + LATE - TICK

    def test_and_not_a_moment_later(self, half_sent, sender, time_machine):
        address, content, closes = half_sent
        time_machine.move_to(closes + LATE, tick=False)
        answer = sender.go_on(address, content)
        assert answer.status_code == 403
        assert "Entries closed" in text(answer)
        assert sender.offset(address) == 100_000
        assert not sender.entry.files.exists()

    def test_an_address_without_a_byte_is_no_beginning(self, sender, time_machine):
        closes = sender.entry.contest.closes_at
        time_machine.move_to(closes - TICK, tick=False)
        address = sender.begin(samples.pdf(), "bai.pdf")["Location"]
        time_machine.move_to(closes, tick=False)
        assert sender.go_on(address, samples.pdf()).status_code == 403

    def test_none_begins_after_it(self, sender, time_machine):
        time_machine.move_to(sender.entry.contest.closes_at, tick=False)
        assert sender.begin(samples.pdf(), "bai.pdf").status_code == 409

    def test_the_page_lets_it_go_on_and_says_until_when(
        self, half_sent, sender, client, time_machine
    ):
        _address, _content, closes = half_sent
        files = reverse("contests:files", args=[sender.entry.code])
        time_machine.move_to(closes + LATE - TICK, tick=False)
        page = text(client.get(files))
        assert 'type="file"' in page
        assert "Your upload began before the deadline" in page
        time_machine.move_to(closes + LATE, tick=False)
        page = text(client.get(files))
        assert 'type="file"' not in page
        assert "Your upload began before" not in page

    def test_then_it_is_handed_in(self, client, time_machine):
        entry = complete()
        client.force_login(entry.owner)
        sender = Sender(client, entry, piece=1000)
        closes = entry.contest.closes_at
        time_machine.move_to(closes - TICK, tick=False)
        content = samples.picture("PNG")
        address = sender.begin(content, "anh.png")["Location"]
        sender.go_on(address, content, until=1000)
        time_machine.move_to(closes + LATE - TICK, tick=False)
        sender.go_on(address, content)
        page = text(client.get(entry.get_absolute_url()))
        assert "Your file began before the deadline and counts" in page
        client.post(entry.get_absolute_url(), {"submit": "1"})
        entry.refresh_from_db()
        assert entry.state == State.SUBMITTED

    def test_a_crash_at_the_end_costs_nobody_the_deadline(self, half_sent, sender):
        """The sweep files it later, by the moment when its last byte came."""
        address, content, closes = half_sent
        key = address.strip("/").rpartition("/")[2]
        moment = closes + LATE - TICK
        uploads.append(key=key, offset=100_000, data=content[100_000:], now=moment)
        assert uploads.finish_left_behind(now=closes + dt.timedelta(hours=3)) == 1
        assert sender.entry.files.get().uploaded_at == moment

    def test_what_dies_while_it_is_filed_is_filed_again(
        self, half_sent, sender, stored, monkeypatch
    ):
        """The bytes have two names until the commit: the move took only one."""
        address, content, closes = half_sent
        key = address.strip("/").rpartition("/")[2]
        moment = closes + LATE - TICK
        uploads.append(key=key, offset=100_000, data=content[100_000:], now=moment)

        def die(*args):
            raise RuntimeError("the plug was pulled")

        with monkeypatch.context() as patch:
            patch.setattr(filing, "touch", die)
            with pytest.raises(RuntimeError):
                uploads.finish(key=key)
        assert not sender.entry.files.exists()
        assert uploads.finish(key=key).outcome == Upload.Outcome.TAKEN
        [path] = stored()
        assert path.read_bytes() == content


class TestScanner:
    def test_a_virus_lies_in_quarantine_and_opens_for_nobody(
        self, sender, entry, client, settings, tmp_path
    ):
        infected = samples.pdf()[:-7] + samples.EICAR + b"\n%%EOF\n"
        with StandIn.serving(str(tmp_path / "clamd")):
            settings.CLAMD_SOCKET = str(tmp_path / "clamd")
            assert sender.send(infected).status_code == 204
        row = entry.files.get()
        assert row.state == EntryFile.State.QUARANTINED
        address = reverse("contests:download", args=[entry.code, row.pk])
        assert client.get(address).status_code == 404
        page = text(client.get(reverse("contests:files", args=[entry.code])))
        assert "Locked: a virus was found" in page
        assert address not in page

    def test_a_scanner_that_is_down_holds_the_file_until_the_sweep(
        self, client, settings, tmp_path, now
    ):
        entry = complete()
        client.force_login(entry.owner)
        settings.CLAMD_SOCKET = str(tmp_path / "clamd")
        content = samples.picture("PNG")
        Sender(client, entry).send(content, "anh.png")
        row = entry.files.get(name="anh.png")
        assert row.state == EntryFile.State.SCANNING
        address = reverse("contests:download", args=[entry.code, row.pk])
        assert client.get(address).status_code == 404
        # The entrant is not made to wait for our scanner.
        client.post(entry.get_absolute_url(), {"submit": "1"})
        entry.refresh_from_db()
        assert entry.state == State.SUBMITTED
        with StandIn.serving(settings.CLAMD_SOCKET):
            assert upkeep.check_held_files(now=now) == 1
        row.refresh_from_db()
        assert row.state == FileState.CLEAN
        answer = client.get(address)
        assert b"".join(answer.streaming_content) == content


class TestOthers:
    @pytest.fixture
    def begun(self, sender):
        address = sender.begin(samples.pdf(900), "bai.pdf")["Location"]
        sender.patch(address, 0, b"%PDF")
        return address

    def people(self, entry):
        contest = entry.contest
        judge = a_judge()
        other = EntryFactory(contest=contest, in_contest=True)
        JudgeAssignmentFactory(
            round=RoundFactory(contest=contest), entry=other, judge=judge
        )
        return {
            "another entrant": EntryFactory(contest=contest).owner,
            "a judge without this entry": judge,
            "somebody": UserFactory(),
            "the organiser": an_organiser(contest),
        }

    def test_a_guessed_address_is_not_found(self, begun, entry, client):
        begin = reverse("contests:upload", args=[entry.code])
        for who, user in self.people(entry).items():
            client.force_login(user)
            assert client.head(begun, **TUS).status_code == 404, who
            assert client.delete(begun, **TUS).status_code == 404, who
            answer = client.post(begin, HTTP_UPLOAD_LENGTH="9", **TUS)
            assert answer.status_code == 404, who
        client.logout()
        assert client.head(begun, **TUS).status_code == 401
        assert client.post(begin, HTTP_UPLOAD_LENGTH="9", **TUS).status_code == 401
        assert Upload.objects.get().offset == 4

    def test_an_entry_that_is_gone_meanwhile(self, begun, entry, sender):
        content = samples.pdf(900)
        content = b"%PDF" + content[4:]
        entry.delete()
        answer = sender.go_on(begun, content)
        assert answer.status_code == 403
        assert "not there any more" in text(answer)


def test_as_many_questions_for_one_unfinished_as_for_five(client):
    entry = EntryFactory(contest=ContestFactory(max_files=10))
    client.force_login(entry.owner)
    sender = Sender(client, entry)
    counts = []
    for number in (1, 5):
        while uploading.of(entry).count() < number:
            sender.begin(b"x", "a.pdf")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(reverse("contests:files", args=[entry.code]))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_folder_is_swept_of_what_no_row_knows(private_root, now):
    stray = private_root / "uploads" / ("a" * 32)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    then = (now - dt.timedelta(days=2)).timestamp()
    os.utime(stray, (then, then))
    assert len(uploads.sweep(now=now)) == 1
    assert not stray.exists()


def test_a_kind_that_the_contest_does_not_take_is_refused_before_its_first_byte(client):
    entry = EntryFactory(contest__file_kinds=["PDF"])
    client.force_login(entry.owner)
    sender = Sender(client, entry)
    refused = sender.begin(b"x" * 9, "Phim của em.mp4")
    assert refused.status_code == 409
    assert "Phim của em.mp4" in refused.content.decode()
    assert sender.begin(b"x" * 9, "bai.pdf").status_code == 201
    # A name without a promise is judged when the file is there.
    assert sender.begin(b"x" * 9, "bai").status_code == 201
