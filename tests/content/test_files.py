"""What comes in, under which name, where it lies and how it leaves."""

import datetime as dt
import http.client
import io
import os
import stat
import struct
import subprocess
import sys
import time
import unicodedata
import zipfile
import zlib
from pathlib import Path
from urllib.parse import unquote

import psutil
import pytest
from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import translation
from PIL import Image

from content import files
from content.files import FileRefused, Kind, Reason, office, pictures
from content.files.storage import drop_abandoned_uploads
from content.files.uploads import PrivateUpload
from tests.factories import files as samples
from tests.ports import free_port

MEGABYTE = 1024 * 1024


def look(content: bytes, name: str = "bai.pdf", *, limit: int = MEGABYTE, **kwargs):
    return files.inspect(io.BytesIO(content), name=name, max_bytes=limit, **kwargs)


def refusal(content: bytes, name: str = "bai.pdf", **kwargs) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        look(content, name, **kwargs)
    return caught.value


@pytest.fixture
def private_root(tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path / "private"
    return settings.PRIVATE_ROOT


def mode(path) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


class TestWhatComesIn:
    @pytest.mark.parametrize(
        ("content", "name", "kind"),
        [
            (samples.pdf(), "thuyết minh.pdf", Kind.PDF),
            (samples.picture("PNG"), "ảnh.png", Kind.PNG),
            (samples.picture("JPEG"), "ảnh.jpeg", Kind.JPEG),
            (samples.picture("JPEG", progressive=True), "ảnh.jpg", Kind.JPEG),
            (samples.docx(), "bài.docx", Kind.DOCX),
            (samples.xlsx(), "số liệu.xlsx", Kind.XLSX),
            (samples.pptx(), "trình bày.pptx", Kind.PPTX),
            (samples.film(b"isom"), "phim.mp4", Kind.MP4),
            (samples.film(b"mp42", boxes=(b"free", b"mdat", b"moov")), "p", Kind.MP4),
            (samples.film(b"qt  "), "phim.MOV", Kind.MOV),
        ],
    )
    def test_is_told_by_its_bytes(self, content, name, kind):
        inspected = look(content, name)
        assert inspected.kind is kind
        assert inspected.media_type == kind.media_type
        assert inspected.size == len(content)

    def test_the_hash_is_of_every_byte_and_the_file_is_rewound(self):
        file = io.BytesIO(samples.pdf(3 * MEGABYTE + 7))
        inspected = files.inspect(file, name="a.pdf", max_bytes=4 * MEGABYTE)
        assert file.tell() == 0
        sum_of = subprocess.run(
            ["sha256sum"], input=file.read(), capture_output=True, check=True
        )
        assert sum_of.stdout.split()[0].decode() == inspected.sha256

    def test_exactly_the_limit_is_within_it(self):
        assert look(samples.pdf(1000), limit=1000).size == 1000

    def test_a_kind_that_the_form_does_not_want_stays_out(self):
        refused = refusal(samples.film(), "phim.mp4", allowed={Kind.PDF, Kind.PNG})
        assert refused.reason is Reason.TYPE
        assert "PDF, PNG" in refused.sentence

    def test_a_phones_picture_with_a_film_behind_it_comes_in(self):
        """Motion photos are a JPEG with an MP4 appended."""
        content = samples.picture("JPEG") + samples.film()
        assert look(content, "MVIMG.jpg").kind is Kind.JPEG


LIE = samples.zipped({"a.txt": b"a"})
BIG_DIRECTORY = samples.zipped({f"{n:0100}": b"" for n in range(30)})


def locked_package() -> bytes:
    """Set the flag "encrypted" of each part, in the list and before the part."""
    content = bytearray(samples.docx())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = content.find(mark)
        while start >= 0:
            content[start + offset] |= 1
            start = content.find(mark, start + 4)
    return bytes(content)


def zip64_package() -> bytes:
    """A ZIP64 locator right before the closing record."""
    content = samples.docx()
    end = content.rfind(b"PK\x05\x06")
    return content[:end] + b"PK\x06\x07" + bytes(16) + content[end:]


def lying_types() -> bytes:
    """A first part of 40 MB that claims to have a hundred bytes."""
    bomb = samples.package(extra={}, types="x" * 40 * MEGABYTE)
    content = bytearray(bomb)
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = content.find(mark)
        content[start + offset : start + offset + 4] = struct.pack("<L", 100)
    return bytes(content)


class TestWhatStaysOut:
    @pytest.mark.parametrize(
        ("content", "name", "reason"),
        [
            (b"", "bai.pdf", Reason.EMPTY),
            (samples.pdf(MEGABYTE + 1), "bai.pdf", Reason.TOO_LARGE),
            (samples.EXE, "bai.pdf", Reason.LYING),
            (samples.HTML, "anh.jpg", Reason.LYING),
            (samples.HTML + samples.pdf(), "bai.pdf", Reason.LYING),
            (b"\n" + samples.pdf(), "bai.pdf", Reason.LYING),
            (LIE, "bai.docx", Reason.LYING),
            (samples.EXE, "cai-dat.exe", Reason.TYPE),
            (samples.HTML, "trang.html", Reason.TYPE),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "h.svg", Reason.TYPE),
            (LIE, "bai.zip", Reason.TYPE),
            (samples.film(b"heic"), "anh.heic", Reason.TYPE),
            (b"GIF89a" + bytes(50), "anh.gif", Reason.TYPE),
            (b"xin chao", "khong-duoi", Reason.TYPE),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "b.doc", "old_office"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "b.docx", "encrypted"),
            (locked_package(), "bai.docx", Reason.ENCRYPTED),
            (samples.pdf()[:60], "bai.pdf", Reason.BROKEN),
            (samples.docx()[:-30], "bai.docx", Reason.BROKEN),
            (samples.docx() + b"\0", "bai.docx", Reason.BROKEN),
            (zip64_package(), "bai.docx", Reason.BROKEN),
            (samples.package(extra={"../../etc/x": b""}), "b.docx", Reason.BROKEN),
            (samples.package(extra={"/etc/x": b""}), "b.docx", Reason.BROKEN),
            (samples.package(extra={"word/a.EXE": b"MZ"}), "b.docx", Reason.TWO_FACED),
            (samples.picture("PNG")[:-40], "anh.png", Reason.BROKEN),
            (samples.picture("JPEG")[:-300], "anh.jpg", Reason.BROKEN),
            (b"\x89PNG\r\n\x1a\n" + bytes(60), "anh.png", Reason.BROKEN),
            (samples.film()[:-1], "phim.mp4", Reason.BROKEN),
            (samples.film(boxes=(b"mdat",)), "phim.mp4", Reason.BROKEN),
            (samples.film() + b"\0\0\0\x04free", "phim.mp4", Reason.BROKEN),
        ],
    )
    def test_says_why(self, content, name, reason):
        assert refusal(content, name).reason == reason

    def test_a_wrong_byte_in_the_middle_of_a_png_is_found(self):
        content = bytearray(samples.picture("PNG"))
        content[len(content) // 2] ^= 0xFF
        assert refusal(bytes(content), "anh.png").reason is Reason.BROKEN

    @pytest.mark.parametrize(
        "content",
        [
            samples.pdf() + samples.zipped({"a.class": b"x"}),
            samples.picture("PNG") + samples.zipped({"a.class": b"x"}),
            samples.picture("JPEG") + samples.zipped({"a.class": b"x"}),
            b"%PDF-1.4\n<HTML><ScRipt>alert(1)</script>" + samples.pdf(),
            samples.picture("JPEG", comment=b"<script>alert(1)</script>"),
            samples.picture("JPEG", comment=b"<?php system($_GET[0]);"),
        ],
        ids=["pdf+zip", "png+zip", "jpeg+jar", "pdf+html", "jpeg+js", "jpeg+php"],
    )
    def test_two_kinds_in_one_file(self, content):
        assert refusal(content).reason is Reason.TWO_FACED

    @pytest.mark.parametrize(
        ("main", "suffix"),
        [
            ("word/document.xml", ".docx"),
            ("xl/workbook.xml", ".xlsx"),
            ("ppt/presentation.xml", ".pptx"),
        ],
    )
    def test_macros_by_their_part_or_by_the_type_alone(self, main, suffix):
        folder = main.partition("/")[0]
        part = samples.package(main, extra={f"{folder}/vbaProject.BIN": b"x"})
        kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
        for content in (part, samples.package(main, types=kind)):
            refused = refusal(content, "bai.docm")
            assert refused.reason is Reason.MACROS
            assert suffix in refused.sentence

    def test_a_part_that_unpacks_a_thousand_times(self):
        bomb = samples.package(extra={"word/media/a.png": bytes(30 * MEGABYTE)})
        assert len(bomb) < 100_000
        assert refusal(bomb, "bai.docx").reason is Reason.PACKED

    def test_a_list_of_types_that_lies_about_its_size_is_not_unpacked(self):
        before = psutil.Process().memory_info().rss
        refused = refusal(lying_types(), "bai.docx")
        assert refused.reason in {Reason.PACKED, Reason.BROKEN}
        assert psutil.Process().memory_info().rss - before < 60 * MEGABYTE

    def test_a_list_of_contents_that_would_fill_the_memory(self, monkeypatch):
        monkeypatch.setattr(office, "MAX_DIRECTORY", 1000)
        assert refusal(BIG_DIRECTORY, "bai.docx").reason is Reason.PACKED

    def test_too_many_parts(self, monkeypatch):
        monkeypatch.setattr(office, "MAX_PARTS", 2)
        content = samples.package(extra={"word/a.xml": b"a"})
        assert refusal(content, "bai.docx").reason is Reason.PACKED

    def test_a_document_of_ten_thousand_parts(self):
        parts = {f"word/media/{number}.png": b"" for number in range(10_000)}
        content = samples.package(extra=parts)
        refused = refusal(content, "b.docx", limit=5 * MEGABYTE)
        assert refused.reason is Reason.PACKED

    @pytest.mark.parametrize(
        "name",
        ["bai.pdf.exe", "bai\u202efdp.exe", "x" * 5_000 + ".exe", "../../bai.exe", ""],
    )
    def test_no_name_makes_a_program_welcome(self, name):
        assert refusal(samples.EXE, name).reason is Reason.TYPE

    def test_a_lying_name_is_refused_in_vietnamese(self):
        with translation.override("vi"):
            assert "không phải" in refusal(samples.EXE, "bai.pdf").sentence

    def test_too_many_pixels_are_never_unpacked(self):
        """81 megapixels of nothing are 80 KB."""
        out = io.BytesIO()
        Image.new("1", (9000, 9001)).save(out, "PNG")
        refused = refusal(out.getvalue(), "anh.png")
        assert refused.reason is Reason.PIXELS
        assert str(pictures.MAX_MEGAPIXELS) in refused.sentence

    def test_a_header_that_claims_a_gigapixel(self):
        content = bytearray(samples.picture("PNG"))
        content[16:24] = struct.pack("!LL", 40_000, 40_000)
        content[29:33] = struct.pack("!L", zlib.crc32(bytes(content[12:29])))
        assert refusal(bytes(content), "anh.png").reason is Reason.PIXELS

    def test_a_picture_has_its_own_limit(self, monkeypatch):
        monkeypatch.setattr("content.files.inspection.MAX_PICTURE_BYTES", 1024)
        refused = refusal(samples.picture("PNG"), "anh.png")
        assert refused.reason is Reason.TOO_LARGE

    def test_a_film_of_endless_boxes_is_given_up(self):
        content = samples.film() + (b"\0\0\0\x08free" * 30_000)
        assert refusal(content, "phim.mp4").reason is Reason.BROKEN

    def test_a_form_may_let_it_pass(self):
        class Form(forms.Form):
            file = forms.FileField()

            def clean_file(self):
                upload = self.cleaned_data["file"]
                files.inspect(upload, name=upload.name, max_bytes=10)

        upload = SimpleUploadedFile("bai.pdf", samples.pdf(11))
        form = Form({}, {"file": upload})
        assert not form.is_valid()
        assert form.errors.as_data()["file"][0].code == "too_large"


class TestSentences:
    @pytest.mark.parametrize(
        ("size", "vietnamese", "english"),
        [
            (1, "1 byte", "1 bytes"),
            (1023, "1023 byte", "1023 bytes"),
            (1024, "1 KB", "1 KB"),
            (20 * MEGABYTE, "20 MB", "20 MB"),
            (20 * MEGABYTE + 1, "20,1 MB", "20.1 MB"),
            (3 * 1024 * MEGABYTE // 2, "1,5 GB", "1.5 GB"),
        ],
    )
    def test_a_size_one_byte_over_never_looks_like_the_limit(
        self, size, vietnamese, english
    ):
        with translation.override("vi"):
            assert files.size_text(size).replace("bytes", "byte") == vietnamese
        with translation.override("en"):
            assert files.size_text(size) == english

    def test_too_large_names_both_sizes(self):
        with translation.override("en"):
            sentence = refusal(samples.pdf(2049), limit=2048).sentence
        assert "2.1 KB" in sentence
        assert "2 KB" in sentence

    def test_a_lie_names_what_was_promised(self):
        assert ".pdf" in refusal(samples.EXE, "bai.PDF").sentence

    def test_each_reason_has_its_own(self):
        sentences = {str(reason.label) for reason in Reason}
        assert len(sentences) == len(Reason)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "kind", "clean"),
        [
            ("Bản thuyết minh.pdf", Kind.PDF, "Bản thuyết minh.pdf"),
            ("ảnh.PNG", Kind.PNG, "ảnh.PNG"),
            ("ảnh.jpeg", Kind.JPEG, "ảnh.jpeg"),
            ("ảnh.jpg", Kind.PNG, "ảnh.png"),
            ("không đuôi", Kind.PDF, "không đuôi.pdf"),
            ("báo cáo v1.2", Kind.PDF, "báo cáo v1.2.pdf"),
            ("cai-dat.exe", Kind.PDF, "cai-dat.exe.pdf"),
            ("../../etc/passwd", Kind.PDF, "passwd.pdf"),
            (r"C:\Users\Lan\bài.docx", Kind.DOCX, "bài.docx"),
            ("thư mục/bài.docx", Kind.DOCX, "bài.docx"),
            ("a\r\nSet-Cookie: b.pdf", Kind.PDF, "a Set-Cookie- b.pdf"),
            ("a\u202efdp.exe", Kind.PDF, "a fdp.exe.pdf"),
            ("a\x00b.pdf", Kind.PDF, "a b.pdf"),
            ("a\udc80b.pdf", Kind.PDF, "a b.pdf"),
            ('a<b>"c|d?*.pdf', Kind.PDF, "a-b--c-d--.pdf"),
            ("  . .pdf", Kind.PDF, None),
            ("", Kind.PDF, None),
            ("..", Kind.PDF, None),
            (".pdf", Kind.PDF, None),
            ("/", Kind.PDF, None),
        ],
    )
    def test_are_made_safe(self, name, kind, clean):
        with translation.override("en"):
            assert files.clean_name(name, kind) == (clean or "file.pdf")

    def test_two_hundred_vietnamese_letters_keep_the_ending(self):
        name = files.clean_name("ế" * 200 + ".docx", Kind.DOCX)
        assert name == "ế" * 145 + ".docx"

    def test_are_composed(self):
        decomposed = unicodedata.normalize("NFD", "Đề tài số hóa ở xã Nà Phặc.pdf")
        assert look(samples.pdf(), decomposed).clean_name == (
            "Đề tài số hóa ở xã Nà Phặc.pdf"
        )


class TestStorage:
    def test_only_the_portals_account_reads_it(self, private_root):
        storage = files.private_storage()
        name = storage.save("entries/7/abc", ContentFile(b"x"))
        assert mode(private_root) == mode(private_root / "entries/7") == 0o700
        assert mode(private_root / name) == 0o600

    def test_no_address_leads_to_it(self, private_root):
        with pytest.raises(ValueError, match="no address"):
            files.private_storage().url("entries/7/abc")

    def test_it_lies_outside_of_what_is_served(self):
        for served in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
            assert not settings.PRIVATE_ROOT.is_relative_to(served)
            assert not served.is_relative_to(settings.PRIVATE_ROOT)

    def test_an_upload_is_moved_and_not_copied(self, private_root):
        upload = PrivateUpload("a.pdf", "application/pdf", None, None)
        upload.write(b"abc")
        inode = os.stat(upload.temporary_file_path()).st_ino
        name = files.private_storage().save("entries/abc", upload)
        upload.close()
        assert os.stat(private_root / name).st_ino == inode
        assert mode(private_root / name) == 0o600

    def test_what_a_dead_process_left_goes_after_a_day(self, private_root, now):
        incoming = private_root / "incoming"
        assert drop_abandoned_uploads(now=now) == 0
        incoming.mkdir(parents=True)
        ages = {"old": dt.timedelta(hours=25), "fresh": dt.timedelta(hours=23)}
        for name, age in ages.items():
            (incoming / name).write_bytes(b"x")
            then = (now - age).timestamp()
            os.utime(incoming / name, (then, then))
        assert drop_abandoned_uploads(now=now) == 1
        assert [path.name for path in incoming.iterdir()] == ["fresh"]


def receive(request):
    """A view as features have them: look into each file and keep it."""
    lines = [request.POST.get("title", "")]
    for upload in request.FILES.getlist("file"):
        in_memory = not hasattr(upload, "temporary_file_path")
        try:
            found = files.inspect(upload, name=upload.name, max_bytes=100 * MEGABYTE)
        except FileRefused as refused:
            lines.append(f"{refused.reason} {upload.size} {in_memory}")
            continue
        files.private_storage().save("received", upload)
        lines.append(f"{found.kind.name} {found.size} {in_memory}")
    return HttpResponse("\n".join(lines))


urlpatterns = [path("nhan/", receive)]


@pytest.mark.urls(__name__)
class TestUploads:
    def post(self, client, *contents):
        uploads = [SimpleUploadedFile("bai.pdf", content) for content in contents]
        answer = client.post("/nhan/", {"title": "Đề tài", "file": uploads})
        return answer.content.decode().split("\n")

    def test_go_to_the_private_folder_and_leave_nothing_there(
        self, client, private_root
    ):
        assert self.post(client, samples.pdf(2000)) == ["Đề tài", "PDF 2000 False"]
        assert list((private_root / "incoming").iterdir()) == []
        assert mode(private_root / "incoming") == 0o700

    def test_beyond_the_bound_is_counted_and_not_written(
        self, client, private_root, settings
    ):
        """The text arrives, the size is true, and the file after it still fits."""
        settings.UPLOAD_MAX_BYTES = 200_000
        lines = self.post(client, samples.pdf(300_000), samples.pdf(50_000))
        assert lines == ["Đề tài", "together 300000 False", "PDF 50000 False"]

    def test_an_empty_file_says_so(self, client, private_root):
        assert self.post(client, b"") == ["Đề tài", "empty 0 False"]


@pytest.mark.slow
def test_a_hundred_megabytes_do_not_go_through_memory(tmp_path):
    """The whole way: the web server of production, a form with a token, inspection."""
    port = free_port()
    env = os.environ | {
        "PORTAL_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.content.upload_settings",
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
    command += ["--port", str(port), "--no-ws", "tests.content.upload_settings:server"]
    server = subprocess.Popen(
        command, env=env, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL
    )
    try:
        assert send(port, 1 * MEGABYTE) == f"PDF {MEGABYTE} False"
        before = peak(server)
        size = 100 * MEGABYTE
        assert send(port, size) == f"PDF {size} False"
        assert peak(server) - before <= 20 * MEGABYTE
    finally:
        server.terminate()
        server.wait(20)
    assert [path.stat().st_size for path in tmp_path.rglob("received*")]


def peak(server: subprocess.Popen) -> int:
    """The most memory that a process of the server ever held."""
    family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(True)]
    lines = [Path(f"/proc/{one.pid}/status").read_text() for one in family]
    return max(int(text.split("VmHWM:")[1].split()[0]) * 1024 for text in lines)


def send(port: int, size: int) -> str:
    """Post a form whose file is made up on the way; the answer's last line."""
    token = "t" * 32
    edge = "----edge"
    fields = (
        f"--{edge}\r\nContent-Disposition: form-data; "
        f'name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--{edge}\r\n'
        'Content-Disposition: form-data; name="file"; filename="bai.pdf"\r\n\r\n'
    ).encode()
    head, tail = samples.pdf(200)[:100], samples.pdf(200)[100:]
    after = f"\r\n--{edge}--\r\n".encode()

    def body():
        yield fields + head
        left = size - len(head) - len(tail)
        while left:
            piece = min(left, 64 * 1024)
            yield b" " * piece
            left -= piece
        yield tail + after

    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "Content-Length": str(len(fields) + size + len(after)),
        "Cookie": f"csrftoken={token}",
    }
    for _attempt in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("POST", "/nhan/", body(), headers)
            return connection.getresponse().read().decode().split("\n")[-1]
        except ConnectionRefusedError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise AssertionError("the server never came up")


@pytest.mark.django_db  # closing a response looks after the connection
@pytest.mark.django_db  # closing an answer looks after open connections
class TestDownload:
    NAME = "Bản thuyết minh – nhóm Nà Phặc.pdf"

    @pytest.fixture
    def stored(self, private_root):
        storage = files.private_storage()
        name = storage.save("entries/7/ab cd", ContentFile(b"%PDF-1.7"))

        class Field:
            attname = name_ = "file"

        Field.storage = storage
        return FieldFile(None, Field, name)

    def test_is_an_attachment_that_nothing_may_run_or_keep(self, stored):
        response = files.download(stored, name=self.NAME, media_type="application/pdf")
        assert b"".join(response.streaming_content) == b"%PDF-1.7"
        assert response["Content-Type"] == "application/pdf"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "private, no-store"
        kind, _semicolon, value = response["Content-Disposition"].partition("; ")
        assert kind == "attachment"
        assert unquote(value.removeprefix("filename*=utf-8''")) == self.NAME
        response.close()

    def test_a_name_cannot_add_a_header(self, stored):
        response = files.download(
            stored, name='a"; filename="b.exe', media_type="application/pdf"
        )
        assert response["Content-Disposition"] == (
            r'attachment; filename="a\"; filename=\"b.exe"'
        )
        response.close()

    def test_the_web_server_may_send_it(self, stored, settings):
        settings.X_ACCEL_PREFIX = "/private/"
        response = files.download(stored, name=self.NAME, media_type="application/pdf")
        assert response["X-Accel-Redirect"] == "/private/entries/7/ab%20cd"
        assert response.content == b""
        assert response["Content-Disposition"].startswith("attachment; ")

    def test_a_file_that_is_gone_is_not_found(self, stored, caplog):
        files.private_storage().delete(stored.name)
        with pytest.raises(Http404):
            files.download(stored, name=self.NAME, media_type="application/pdf")
        assert "missing on the disk" in caplog.text


def test_samples_are_what_they_say():
    """The factory itself, read by the libraries that people's programs use."""
    assert zipfile.ZipFile(io.BytesIO(samples.docx())).testzip() is None
