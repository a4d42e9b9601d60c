"""Articles of each kind, complete, and the files that they take."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

from news import files
from news.models import Article, ArticleFile
from tests.factories.news import PublishedFactory
from tests.factories.pictures import kept

Kind, Use = Article.Kind, ArticleFile.Use
YOUTUBE = "dQw4w9WgXcQ"
VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\nChào các bạn.\n"


def infographic(*, pictures: int = 1, **fields) -> Article:
    placed = [{"picture": kept().pk, "caption": "Phần đầu"} for _n in range(pictures)]
    details = {"pictures": placed, "alternative": "Ba bước: tải, mở, quét."}
    return PublishedFactory(kind=Kind.INFOGRAPHIC, details=details, **fields)


def reportage(*, pictures: int = 1, **fields) -> Article:
    placed = [
        {"picture": kept().pk, "caption": f"Trên đèo {n}"} for n in range(pictures)
    ]
    details = {"pictures": placed}
    return PublishedFactory(kind=Kind.REPORTAGE, details=details, **fields)


def guide(*, steps: int = 1, **fields) -> Article:
    rows = [
        {"title": f"Việc số {n}", "text": "Mở cài đặt.", "picture": kept().pk}
        for n in range(1, steps + 1)
    ]
    details = {"steps": rows, "tested_on": "2026-11-20", "tested_with": "VNeID 2.2"}
    return PublishedFactory(kind=Kind.GUIDE, details=details, **fields)


def linked_video(**fields) -> Article:
    details = {"host": "youtube", "number": YOUTUBE, "transcript": "Lan mở điện thoại."}
    fields = {"cover": kept(), "details": details} | fields
    return PublishedFactory(kind=Kind.VIDEO, **fields)


def own_video(**fields) -> Article:
    film = files.take(upload("phim.webm", webm()), use=Use.FILM)
    captions = files.take(upload("phim.vtt", VTT.encode()), use=Use.CAPTIONS)
    details = {
        "film": film.key,
        "film_name": film.name,
        "captions": captions.key,
        "captions_name": captions.name,
        "transcript": "Lan mở điện thoại.",
    }
    fields = {"cover": kept(), "details": details} | fields
    return PublishedFactory(kind=Kind.VIDEO, **fields)


def document(*, file: bool = True, **fields) -> Article:
    row = files.take(upload("ke-hoach.docx", docx()), use=Use.DOCUMENT)
    details = {
        "number": "123-KH/TĐTN-BPT",
        "type": "Kế hoạch",
        "issuer": "Tỉnh đoàn",
        "issued_on": "2026-02-05",
        "effective_on": "2026-03-01",
        "file": row.key,
        "file_name": row.name,
        "confirmed": True,
    }
    details |= fields.pop("details", {})
    return PublishedFactory(kind=Kind.DOCUMENT, details=details, **fields)


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def docx() -> bytes:
    """The smallest Word document that is one."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Override PartName="/word/document.xml" '
            f'ContentType="{main}.main+xml"/></Types>',
        )
        package.writestr("word/document.xml", "<document/>")
    return out.getvalue()


def webm(body: bytes = b"\xec\x84null") -> bytes:
    """A header and one segment, as far as anybody looks without playing it."""
    header = b"\x42\x82\x84webm"
    head = b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(header)]) + header
    return head + b"\x18\x53\x80\x67" + bytes([0x80 | len(body)]) + body
