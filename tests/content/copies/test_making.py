"""Copies for judges: the same to look at, and no trace of who made it."""

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from content.copies import making
from content.copies.making import Copy, NoCopy, make
from content.files import Kind
from tests.factories import files as samples

NAME = "Nông Thị Lan"
PLAIN = "Nong Thi Lan"  # EXIF knows no other letters
SCHOOL = "THPT Na Rì"


@pytest.fixture
def copied(tmp_path):
    def run(content: bytes, kind: Kind) -> tuple[Copy, Path]:
        source, target = tmp_path / "source", tmp_path / "copy"
        source.write_bytes(content)
        return make(source, target, kind), target

    return run


def holds(data: bytes, text: str) -> bool:
    forms = [text.encode(), text.encode("utf-16-be"), text.encode("utf-16-le")]
    return any(form in data for form in forms)


class TestPaper:
    @pytest.fixture
    def content(self):
        return samples.paper(3, author=NAME, title=SCHOOL, creator=NAME)

    def test_the_fixture_could_leak(self, content):
        assert holds(content, NAME)
        assert holds(content, SCHOOL)

    def test_pages_are_pictures_and_nothing_is_said(self, copied, content):
        copy, path = copied(content, Kind.PDF)
        data = path.read_bytes()
        assert not holds(data, NAME)
        assert not holds(data, SCHOOL)
        document = pypdfium2.PdfDocument(data)
        assert len(document) == len(copy.pages) == 3
        assert not any(document.get_metadata_dict().values())
        original = pypdfium2.PdfDocument(content)
        assert document[0].get_size() == pytest.approx(original[0].get_size(), abs=0.1)
        document.close()
        original.close()

    def test_each_page_can_be_cut_out_as_a_jpeg(self, copied, content):
        copy, path = copied(content, Kind.PDF)
        data = path.read_bytes()
        for start, length, width, height in copy.pages:
            page = Image.open(io.BytesIO(data[start : start + length]))
            assert (page.format, page.size) == ("JPEG", (width, height))
            page.load()
            red, green, blue = page.convert("RGB").getpixel((width // 2, height // 2))
            assert (red, green, blue) == pytest.approx((250, 250, 240), abs=4)

    def test_a_poster_is_no_larger_than_a_page(self, copied):
        out = io.BytesIO()
        Image.new("RGB", (6000, 100)).save(out, "PDF")
        copy, _path = copied(out.getvalue(), Kind.PDF)
        assert copy.pages[0][2] <= 2200

    @pytest.mark.parametrize(
        "content",
        [samples.pdf(), b"%PDF-1.7\n%%EOF", samples.paper()[:400] + b"%%EOF"],
        ids=["no-pages", "nothing", "broken"],
    )
    def test_what_cannot_be_read_is_said_for_good(self, copied, content):
        with pytest.raises(NoCopy) as caught:
            copied(content, Kind.PDF)
        assert caught.value.for_good

    def test_one_with_a_password(self, copied):
        with pytest.raises(NoCopy) as caught:
            copied(LOCKED_PDF, Kind.PDF)
        assert caught.value.for_good


# A page that asks for a password: RC4, revision 2, with keys that open it for nobody.
LOCKED_PDF = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
    b"4 0 obj<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>endobj\n"
    b"trailer<</Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>\n%%%%EOF\n"
    % (b"11" * 32, b"22" * 32)
)


class TestPictures:
    def test_new_pixels_upright_and_without_a_word(self, copied):
        exif = Image.Exif()
        exif[0x013B], exif[0x0112] = PLAIN, 6  # the artist; turned by a quarter
        exif.get_ifd(0x8825)[1] = "N"  # where it was
        content = samples.picture("JPEG", (80, 40), exif=exif, comment=SCHOOL.encode())
        assert holds(content, PLAIN)
        assert holds(content, SCHOOL)
        copy, path = copied(content, Kind.JPEG)
        data = path.read_bytes()
        assert not holds(data, PLAIN)
        assert not holds(data, SCHOOL)
        drawn = Image.open(io.BytesIO(data))
        assert (drawn.size, dict(drawn.getexif())) == ((40, 80), {})
        assert copy.pages == [[0, len(data), 40, 80]]

    def test_what_is_transparent_becomes_paper(self, copied):
        out = io.BytesIO()
        Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(out, "PNG")
        _copy, path = copied(out.getvalue(), Kind.PNG)
        assert Image.open(path).getpixel((4, 4)) == (255, 255, 255)

    def test_a_large_one_becomes_smaller(self, copied):
        copy, _path = copied(samples.picture("PNG", (3000, 30)), Kind.PNG)
        assert copy.pages[0][2] == 2560

    def test_a_broken_one_is_said_for_good(self, copied):
        with pytest.raises(NoCopy) as caught:
            copied(samples.picture("JPEG")[:300], Kind.JPEG)
        assert caught.value.for_good


def png_with_a_word() -> bytes:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", NAME)
    return samples.picture("PNG", pnginfo=info)


class TestOffice:
    CORE = f"<dc:creator>{NAME}</dc:creator><cp:lastModifiedBy>{NAME}</x>".encode()
    PARTS = {
        "docProps/core.xml": CORE,
        "docProps/app.xml": f"<Company>{SCHOOL}</Company>".encode(),
        "docProps/custom.xml": f"<property>{NAME}</property>".encode(),
        "word/comments.xml": f'<w:x w:author="{NAME}" w:initials="NTL"/>'.encode(),
        "word/changes.xml": f"<w:ins w:author='{NAME}'><w:t>chữ</w:t></w:ins>".encode(),
        "word/people.xml": (
            f'<w15:person w15:author="{NAME}"><w15:presenceInfo w15:userId="{NAME}"/>'
        ).encode(),
        "xl/comments1.xml": f"<authors><author>{NAME}</author></authors>".encode(),
        "xl/persons/person.xml": f'<person displayName="{NAME}" id="1"/>'.encode(),
        "xl/tables/table1.xml": b'<table displayName="Bang1" name="Bang1"/>',
        "xl/workbook.xml.part.xml": (
            f'<x15ac:absPath url="C:\\{NAME}\\"/><fileSharing userName="{NAME}"/>'
        ).encode(),
        "ppt/commentAuthors.xml": (
            f'<p:cmAuthor id="0" name="{NAME}" initials="L"/>'
        ).encode(),
        "word/_rels/settings.xml.rels": (
            f'<Relationship Target="file:///C:/Users/{NAME}/mau.dotx"/>'
        ).encode(),
        "word/embeddings/oleObject1.bin": NAME.encode(),
        "word/embeddings/bang.xlsx": samples.package(
            "xl/workbook.xml", extra={"docProps/core.xml": CORE}
        ),
        "word/media/anh.jpeg": samples.picture("JPEG", comment=NAME.encode()),
        "word/media/anh.png": png_with_a_word(),
    }

    @pytest.fixture
    def parts(self, copied):
        content = samples.package(extra=self.PARTS)
        _copy, path = copied(content, Kind.DOCX)
        with zipfile.ZipFile(path) as archive:
            return {part.filename: archive.read(part) for part in archive.infolist()}

    def test_no_part_names_anybody(self, parts):
        for part, data in parts.items():
            assert not holds(data, NAME), part
            assert not holds(data, SCHOOL), part
        within = zipfile.ZipFile(io.BytesIO(parts["word/embeddings/bang.xlsx"]))
        assert not holds(within.read("docProps/core.xml"), NAME)

    def test_it_is_still_the_same_document(self, parts):
        original = samples.package(extra=self.PARTS)
        with zipfile.ZipFile(io.BytesIO(original)) as archive:
            assert set(parts) == set(archive.namelist())
        assert "chữ".encode() in parts["word/changes.xml"]
        assert b'displayName="Bang1"' in parts["xl/tables/table1.xml"]

    @pytest.mark.parametrize("name", ["anh.jpeg", "anh.png"])
    def test_pixels_of_pictures_stay_as_they_were(self, parts, name):
        before = Image.open(io.BytesIO(self.PARTS[f"word/media/{name}"]))
        after = Image.open(io.BytesIO(parts[f"word/media/{name}"]))
        assert after.tobytes() == before.tobytes()

    def test_a_part_that_cannot_be_searched_makes_no_copy(self, copied):
        content = samples.package(extra={"word/x.xml": "<x/>".encode("utf-16")})
        with pytest.raises(NoCopy):
            copied(content, Kind.DOCX)


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">L4s", 8 + len(content), name) + content


class TestFilms:
    def test_notes_become_empty_space_of_the_same_length(self, copied):
        place = box(b"udta", f"{NAME} +22.1+106.0/".encode())
        spoken = box(
            b"trak", box(b"mdia", box(b"hdlr", bytes(8) + b"vide" + bytes(12)))
        )
        placed = box(
            b"trak",
            box(b"mdia", box(b"hdlr", bytes(8) + b"meta") + NAME.encode() + bytes(8)),
        )
        content = (
            box(b"ftyp", b"isom" + bytes(4))
            + box(b"moov", box(b"mvhd", b"index") + spoken + placed + place)
            + box(b"mdat", b"pixels")
            + box(b"uuid", SCHOOL.encode())
        )
        _copy, path = copied(content, Kind.MP4)
        data = path.read_bytes()
        assert len(data) == len(content)
        assert not holds(data, NAME)
        assert not holds(data, SCHOOL)
        for kept in (b"mvhd" + b"index", b"mdat" + b"pixels", spoken):
            assert kept in data
        assert data.index(b"mdat") == content.index(b"mdat")

    def test_boxes_that_do_not_fit(self, copied):
        content = box(b"ftyp", b"isom") + box(b"moov", b"\0\0\0\x99trak")
        with pytest.raises(NoCopy):
            copied(content, Kind.MP4)


class TestTheProcessOfItsOwn:
    def test_a_bomb_ends_it_and_not_us(self, copied):
        """A header that claims 3,600 megapixels: there is no memory for them."""
        data = bytearray(samples.picture("PNG"))
        data[16:24] = struct.pack(">LL", 60_000, 60_000)
        data[29:33] = struct.pack(">L", zlib.crc32(data[12:29]))
        with pytest.raises(NoCopy) as caught:
            copied(bytes(data), Kind.PNG)
        assert not caught.value.for_good

    def test_too_long_is_no_copy_for_now(self, copied, monkeypatch):
        monkeypatch.setattr(making, "SECONDS", 0.001)
        with pytest.raises(NoCopy) as caught:
            copied(samples.paper(), Kind.PDF)
        assert not caught.value.for_good

    def test_its_answer_is_numbers_only(self, copied):
        copy, _path = copied(samples.paper(), Kind.PDF)
        assert json.loads(json.dumps(copy.pages)) == copy.pages
        assert all(isinstance(one, int) for page in copy.pages for one in page)
