"""A PDF as pictures of its pages, in a PDF that we write ourselves.

The pictures lie in it as JPEGs byte for byte, so that a page can be cut out of the
file and shown alone: browsers show no PDF under the sandbox policy, and few phones do
at all.
"""

from __future__ import annotations

import io
from typing import BinaryIO

import pypdfium2
from PIL import Image

from content.copies.unreadable import Unreadable

MAX_PAGES = 400
DPI = 132
LONGEST = 2200
"""Pixels of a side: A4 at the resolution above has 1,543; a poster gets less."""
POINTS = 72
_QUALITY = 80


def copy(source: str, target: str) -> list[list[int]]:
    """Raises Unreadable for a document that asks for a password or has no pages."""
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(str(error)) from error
    with open(target, "wb") as file:
        document.init_forms()  # what was filled in is part of the page
        if not 0 < len(document) <= MAX_PAGES:
            raise Unreadable(f"{len(document)} pages")
        writer = _Writer(file)
        try:
            for number in range(len(document)):
                page = document[number]
                writer.add(*_drawn(page))
                page.close()
        except pypdfium2.PdfiumError as error:
            raise Unreadable(str(error)) from error
        finally:
            document.close()
        writer.end()
    return writer.pages


def _drawn(page: pypdfium2.PdfPage) -> tuple[Image.Image, float, float]:
    width, height = page.get_size()
    longest = max(width, height)
    if not 0 < longest < 1e6:
        raise Unreadable("a page without a size")
    scale = min(DPI / POINTS, LONGEST / longest)
    bitmap = page.render(scale=scale)
    picture = bitmap.to_pil().convert("RGB")
    bitmap.close()
    return picture, width, height


class _Writer:
    """As much of ISO 32000-1 as pictures on pages need; nothing stays in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.pages: list[list[int]] = []
        self._starts: dict[int, int] = {}
        self._sheets: list[int] = []
        file.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")

    def add(self, picture: Image.Image, width: float, height: float) -> None:
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=_QUALITY)
        jpeg = data.getvalue()
        sheet = 3 + 3 * len(self._sheets)
        self._sheets.append(sheet)
        self._begin(sheet)
        self.file.write(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R"
            b"/Resources<</XObject<</P %d 0 R>>>>>>endobj\n"
            % (width, height, sheet + 1, sheet + 2)
        )
        drawing = b"%.2f 0 0 %.2f 0 0 cm /P Do" % (width, height)
        self._begin(sheet + 1)
        self._stream(b"", drawing)
        self._begin(sheet + 2)
        start = self._stream(
            b"/Type/XObject/Subtype/Image/ColorSpace/DeviceRGB/BitsPerComponent 8"
            b"/Filter/DCTDecode/Width %d/Height %d" % picture.size,
            jpeg,
        )
        self.pages.append([start, len(jpeg), *picture.size])

    def end(self) -> None:
        self._begin(1)
        self.file.write(b"<</Type/Catalog/Pages 2 0 R>>endobj\n")
        kids = b" ".join(b"%d 0 R" % sheet for sheet in self._sheets)
        self._begin(2)
        count = len(self._sheets)
        self.file.write(b"<</Type/Pages/Kids[%s]/Count %d>>endobj\n" % (kids, count))
        table = self.file.tell()
        total = len(self._starts) + 1
        self.file.write(b"xref\n0 %d\n0000000000 65535 f \n" % total)
        for number in range(1, total):
            self.file.write(b"%010d 00000 n \n" % self._starts[number])
        self.file.write(
            b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (total, table)
        )

    def _begin(self, number: int) -> None:
        self._starts[number] = self.file.tell()
        self.file.write(b"%d 0 obj" % number)

    def _stream(self, entries: bytes, data: bytes) -> int:
        self.file.write(b"<<%s/Length %d>>stream\n" % (entries, len(data)))
        start = self.file.tell()
        self.file.write(data + b"\nendstream endobj\n")
        return start
