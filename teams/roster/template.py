"""The empty list to fill in: headings, one made-up team, cells that keep zeros."""

from __future__ import annotations

import io

from teams.roster.columns import Column

NAME = "mau-danh-sach-to-cong-nghe-so.xlsx"
# Headings with what may stand below them; brackets are not read.
HEADINGS = {
    Column.LEVEL: "Cấp (xã/thôn)",
    Column.UNIT: "Đơn vị (xã/phường)",
    Column.UNION: "Đoàn viên (có/không)",
    Column.SINCE: "Từ ngày (vào tổ)",
}
CHOICES = {
    Column.LEVEL: ["xã", "thôn"],
    Column.ROLE: ["tổ trưởng", "tổ phó", "thành viên"],
    Column.UNION: ["có", "không"],
}
WIDTHS = {Column.TEAM: 34, Column.NAME: 24, Column.UNIT: 22, Column.EMAIL: 24}
FILLABLE = 1000

Line = dict[Column, object]


def workbook(lines: list[Line]) -> bytes:
    """An .xlsx with our headings and these lines below them."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Danh sách"
    sheet.append([HEADINGS.get(column, column.title) for column in Column])
    for number, line in enumerate(lines, start=2):
        sheet.append([line.get(column) for column in Column])
        # Not `max_row`, which counts all rows anew.
        for cell in sheet[number]:
            if isinstance(cell.value, str):
                # Words are words: "=1+1" as somebody's name is no formula.
                cell.data_type, cell.number_format = "s", "@"
    _format(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def empty_list() -> bytes:
    """What the import page offers: an example team of three, made up."""
    first = {
        Column.TEAM: "Tổ công nghệ số cộng đồng thôn Ví Dụ",
        Column.LEVEL: "thôn",
        Column.UNIT: "xã Ví Dụ",
        Column.AREA: "thôn Ví Dụ",
        Column.HOUSEHOLDS: 86,
        Column.DECISION: "12/QĐ-UBND",
        Column.DECISION_DATE: "05/03/2026",
    }
    people = [
        ("Nguyễn Thị Ví Dụ", "19/05/1990", "tổ trưởng", "không", "0912 345 678"),
        ("Nông Văn Ví Dụ", "2001", "tổ phó", "có", "0912 345 679"),
        ("Bàn Thị Ví Dụ", "2004", "thành viên", "có", ""),
    ]
    columns = (Column.NAME, Column.BORN, Column.ROLE, Column.UNION, Column.PHONE)
    lines: list[Line] = [dict(zip(columns, person, strict=True)) for person in people]
    lines[0] = first | lines[0]
    return workbook(lines)


def _format(sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.freeze_panes = "A2"
    for number, column in enumerate(Column, start=1):
        letter = get_column_letter(number)
        head = sheet.cell(row=1, column=number)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="E8F1FB")
        head.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].width = WIDTHS.get(column, 16)
        # Text keeps the zero of 0912… and the day before the month.
        if column is not Column.HOUSEHOLDS:
            sheet.column_dimensions[letter].number_format = "@"
            for row in range(2, 60):
                sheet.cell(row=row, column=number).number_format = "@"
        if choices := CHOICES.get(column):
            rule = DataValidation(
                type="list", formula1=f'"{",".join(choices)}"', allow_blank=True
            )
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{FILLABLE}")
