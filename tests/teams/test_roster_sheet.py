"""The file as a whole: what is let in, where the table begins, what is refused."""

import dataclasses
import io
import zipfile

import pytest
from openpyxl import Workbook

from content.files import FileRefused, Reason
from members.lists import sheet
from members.lists.sheet import SheetRefused
from teams.roster.columns import LAYOUT, Column
from teams.roster.sheet import read
from tests.factories.teams import line, sheet_file

ROW = line(team="Tổ một", unit="xã Ba Bể", name="Nguyễn Thị Ánh")


def refused(file, name="danh-sach.xlsx"):
    with pytest.raises(FileRefused) as info:
        sheet.check(file, name=name)
    return info.value.reason


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Tên tổ", Column.TEAM),
        ("TEN TO", Column.TEAM),
        ("Cấp (xã/thôn)", Column.LEVEL),
        ("Đơn vị\n(xã/phường)", Column.UNIT),
        ("Họ và tên", Column.NAME),
        ("Ngày, tháng, năm sinh", Column.BORN),
        ("Năm sinh/Ngày sinh", Column.BORN),
        ("SĐT", Column.PHONE),
        ("E-mail", Column.EMAIL),
        ("Mã đoàn viên", Column.CODE),
        ("Đoàn viên (có/không/x)", Column.UNION),
        ("Số CCCD", None),
        ("Ghi chú", None),
        ("", None),
    ],
)
def test_headings_are_known_by_many_names(heading, column):
    assert Column.of(heading) == column


def test_every_column_answers_to_its_own_title_and_no_other():
    for column in Column:
        assert Column.of(column.title) == column


def test_the_table_may_begin_below_titles_and_in_any_order():
    file = sheet_file(
        [None, "Xã Ba Bể, ngày 05 tháng 03 năm 2026"],
        [],
        ["STT", "Họ tên", "Đơn vị", "Số CCCD", "Tên tổ"],
        [1, "Nguyễn Thị Ánh", "xã Ba Bể", "012345678901", "Tổ một"],
        [None, " ", None, None, None],
        [2, "Bàn Văn Bình", None, None, None],
        headings=["DANH SÁCH TỔ CÔNG NGHỆ SỐ"],
    )
    table = read(file)
    assert [row.number for row in table.rows] == [5, 7]
    assert table.rows[0].values == {
        Column.NAME: "Nguyễn Thị Ánh",
        Column.UNIT: "xã Ba Bể",
        Column.TEAM: "Tổ một",
    }
    assert table.places[Column.NAME].letter == "B"
    # The number of the identity card is named, and its cells are not even kept.
    assert table.unread == ["Số CCCD"]


def test_the_table_may_stand_on_a_later_sheet():
    book = Workbook()
    book.active.append(["Hướng dẫn"])
    second = book.create_sheet("Danh sách")
    second.append(["Tên tổ", "Đơn vị", "Họ tên"])
    second.append(["Tổ một", "xã Ba Bể", "Nguyễn Thị Ánh"])
    file = io.BytesIO()
    book.save(file)
    assert len(read(file).rows) == 1


def test_missing_columns_are_named():
    file = sheet_file(["Tổ một", "Ánh"], headings=["Tên tổ", "Địa bàn"])
    with pytest.raises(SheetRefused, match=r"Đơn vị.*Họ tên"):
        read(file)


def test_an_empty_workbook_names_all_that_is_needed():
    with pytest.raises(SheetRefused, match=r"Tên tổ.*Đơn vị.*Họ tên"):
        read(sheet_file(headings=["x"]))


def test_one_column_twice_is_refused():
    headings = ["Tên tổ", "Đơn vị", "Họ tên", "Họ và tên"]
    with pytest.raises(SheetRefused, match="Họ và tên"):
        read(sheet_file(headings=headings))


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(sheet, "HEADINGS_WITHIN", 1)
    short = dataclasses.replace(LAYOUT, most_rows=2)
    with pytest.raises(SheetRefused, match="2"):
        sheet.read(sheet_file(ROW, ROW, ROW), short)


def test_a_sheet_that_never_ends_is_refused(monkeypatch):
    monkeypatch.setattr(sheet, "MAX_READ", 5)
    file = sheet_file(ROW, *[[]] * 10, ROW)
    with pytest.raises(SheetRefused, match="5"):
        read(file)


def test_a_plain_list_is_let_in():
    file = sheet_file(ROW)
    sheet.check(file, name=file.name)
    assert file.tell() == 0


def test_an_empty_file_is_refused():
    assert refused(io.BytesIO()) == Reason.EMPTY


@pytest.mark.parametrize(
    "content", [b"ten to,don vi\n", b"MZ\x90\x00" * 64, b"<html>" * 100, b"%PDF-1.7\n"]
)
def test_what_is_no_spreadsheet_is_refused_whatever_its_name(content):
    assert refused(io.BytesIO(content)) in {Reason.TYPE, Reason.LYING}


def test_one_byte_over_the_limit_is_refused(monkeypatch):
    file = sheet_file(ROW)
    size = len(file.getvalue())
    monkeypatch.setattr(sheet, "MAX_BYTES", size)
    sheet.check(file, name=file.name)
    monkeypatch.setattr(sheet, "MAX_BYTES", size - 1)
    assert refused(file) == Reason.TOO_LARGE


def _with_part(name: str, content: bytes) -> io.BytesIO:
    file = sheet_file(ROW)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    file.seek(0)
    return file


def test_macros_are_refused():
    assert refused(_with_part("xl/vbaProject.bin", b"macro")) == Reason.MACROS


def test_what_unpacks_to_more_than_a_list_needs_is_refused(monkeypatch):
    file = _with_part("xl/media/nichts.bin", b"\0" * 2_000_000)
    sheet.check(file, name="x.xlsx")
    monkeypatch.setattr(sheet, "MAX_UNPACKED", 1_000_000)
    assert refused(file, "x.xlsx") == Reason.PACKED


def test_a_package_that_only_looks_like_a_workbook_cannot_be_read():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(SheetRefused):
        read(file)
