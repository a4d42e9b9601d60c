"""Rows copied out of a spreadsheet, and what a spreadsheet hides."""

import io

import pytest
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from members.lists import cells, sheet
from members.lists.cells import CellRefused
from members.lists.columns import (
    BIRTHS,
    EMAILS,
    NAMES,
    PHONES,
    Layout,
    ListColumn,
    heading,
)
from members.lists.sheet import SheetRefused


class Column(ListColumn):
    NAME = NAMES
    BORN = BIRTHS
    ROLE = heading("Chức vụ")
    PHONE = PHONES
    EMAIL = EMAILS


LAYOUT = Layout(Column, (Column.NAME,), 5, _("More than %(number)d people."))


def read(text):
    return sheet.read_text(text, LAYOUT)


def test_rows_with_their_headings():
    found = read("STT\tHọ và tên\tSĐT\n1\tNguyễn Thị Ánh\t912345678\n\n2\tLý A Páo\t\n")
    assert [row.number for row in found.rows] == [2, 4]
    assert found.rows[0].values == {
        Column.NAME: "Nguyễn Thị Ánh",
        Column.PHONE: "912345678",
    }
    assert not found.is_guessed


def test_rows_without_headings_tell_what_they_hold():
    found = read(
        "1\tNguyễn Thị Ánh\t2004\tBí thư chi đoàn\t0912 345 678\tanh@example.com\n"
        "2\tLý A Páo\t19/05/2005\tĐoàn viên\t912345679\t\n"
    )
    assert found.is_guessed
    assert found.rows[1].values == {
        Column.NAME: "Lý A Páo",
        Column.BORN: "19/05/2005",
        Column.PHONE: "912345679",
    }
    assert found.rows[0].get(Column.EMAIL) == "anh@example.com"


def test_names_alone_are_a_list():
    assert [row.get(Column.NAME) for row in read("Lý A Páo\nBàn Thị Mẩy").rows] == [
        "Lý A Páo",
        "Bàn Thị Mẩy",
    ]


def test_a_cell_may_hold_a_line_break():
    found = read('Họ tên\tChức vụ\n"Nguyễn Thị\nÁnh"\tBí thư')
    assert cells.name_of(found.rows[0].get(Column.NAME)) == "Nguyễn Thị Ánh"


@pytest.mark.parametrize("text", ["", "  \n\t\n", "1\t2\t3\n4\t5\t6", "xin"])
def test_what_is_no_list_is_refused(text):
    with pytest.raises(SheetRefused):
        read(text)


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(sheet, "HEADINGS_WITHIN", 1)
    with pytest.raises(SheetRefused, match="5"):
        read("Họ tên\n" + "Lý A Páo\n" * 10_000)


def test_the_unprintable_is_no_reason_to_fail():
    assert read("Họ tên\r\nLý\0 A Páo\r").rows[0].get(Column.NAME) == "Lý A Páo"


def workbook(*lines):
    book = Workbook()
    for line in lines:
        book.active.append(line)
    return book


def saved(book):
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def test_hidden_columns_and_rows_are_named():
    book = workbook(["Họ tên", "SĐT"], ["Lý A Páo", 912345678], ["Bàn Thị Mẩy", None])
    book.active.column_dimensions["B"].hidden = True
    book.active.row_dimensions[3].hidden = True
    found = sheet.read(saved(book), LAYOUT)
    assert (found.hidden_columns, found.hidden_rows) == (["B"], [3])


def test_a_formula_without_a_value_is_refused_in_its_cell():
    book = workbook(["Họ tên", "Chức vụ"], ["Lý A Páo", '="Bí "&"thư"'])
    row = sheet.read(saved(book), LAYOUT).rows[0]
    with pytest.raises(CellRefused):
        cells.text_of(row.get(Column.ROLE), 80)


def test_merged_cells_leave_the_cells_below_empty():
    book = workbook(["Họ tên", "Chức vụ"], ["Lý A Páo", "Bí thư"], [None, "Phó bí thư"])
    book.active.merge_cells("A2:A3")
    rows = sheet.read(saved(book), LAYOUT).rows
    assert rows[1].get(Column.NAME) is None
    assert rows[1].get(Column.ROLE) == "Phó bí thư"
