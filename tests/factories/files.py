"""Small files that really are what they say, and some that are not."""

from __future__ import annotations

import io
import zipfile

from PIL import Image

_MAIN = {
    "word/document.xml": "wordprocessingml.document.main+xml",
    "xl/workbook.xml": "spreadsheetml.sheet.main+xml",
    "ppt/presentation.xml": "presentationml.presentation.main+xml",
}
_VENDOR = "application/vnd.openxmlformats-officedocument."
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
# The test text every scanner knows; in two halves, so that none finds this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(size: int = 0) -> bytes:
    """A page without words; `size` fills it up to that many bytes."""
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    tail = b"\ntrailer <</Root 1 0 R>>\n%%EOF\n"
    return head + b" " * max(0, size - len(head) - len(tail)) + tail


def paper(pages: int = 1, **properties: str) -> bytes:
    """A real PDF of some pages; `author` and the like stand in its properties."""
    out = io.BytesIO()
    sheets = [Image.new("RGB", (210, 297), (250, 250, 240)) for _page in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], **properties)
    return out.getvalue()


def picture(form: str = "PNG", size: tuple[int, int] = (64, 48), **options) -> bytes:
    out = io.BytesIO()
    # Noise, so that a picture cut short misses something.
    noise = Image.effect_noise(size, 80).convert("RGB")
    noise.save(out, form, **options)
    return out.getvalue()


def package(
    main: str = "word/document.xml",
    *,
    extra: dict[str, bytes] | None = None,
    types: str = "",
) -> bytes:
    """A document as Word, Excel or PowerPoint would zip it; `extra` adds parts."""
    content_types = (
        '<?xml version="1.0"?><Types><Override PartName="/'
        f'{main}" ContentType="{types or _VENDOR + _MAIN[main]}"/></Types>'
    )
    parts = {"[Content_Types].xml": content_types.encode(), main: b"<x/>"}
    return zipped(parts | (extra or {}))


def docx() -> bytes:
    return package("word/document.xml")


def xlsx() -> bytes:
    return package("xl/workbook.xml")


def pptx() -> bytes:
    return package("ppt/presentation.xml")


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def film(brand: bytes = b"isom", *, boxes: tuple[bytes, ...] = (b"moov", b"mdat")):
    return _box(b"ftyp", brand + bytes(4)) + b"".join(
        _box(name, bytes(64)) for name in boxes
    )


def _box(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4) + name + content
