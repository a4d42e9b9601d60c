"""The list that we offer can be read by us."""

import io

from members.lists.sheet import check
from teams.roster.columns import Column
from teams.roster.sheet import read
from teams.roster.template import empty_list, workbook


def test_our_own_list_is_let_in_and_has_every_column():
    file = io.BytesIO(empty_list())
    check(file, name="mau.xlsx")
    table = read(file)
    assert set(table.places) == set(Column)
    assert table.unread == []
    assert len(table.rows) == 3
    assert table.rows[0].get(Column.UNIT) == "xã Ví Dụ"
    assert table.rows[1].get(Column.TEAM) is None


def test_numbers_and_zeros_come_back_as_written():
    line = {Column.TEAM: "Tổ", Column.PHONE: "0912345678", Column.HOUSEHOLDS: 86}
    (row,) = read(io.BytesIO(workbook([line]))).rows
    assert row.values == line
