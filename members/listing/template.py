"""The empty member list to fill in: headings, and people made up."""

from __future__ import annotations

import io

from members.listing.columns import Column
from members.listing.export import WIDTHS

NAME = "mau-danh-sach-doan-vien.xlsx"
EXAMPLES = [
    ("", "Nguyễn Thị Ví Dụ", "19/05/2001", "", "0912 345 678", "vidu@example.com"),
    ("VD 0002", "Nông Văn Ví Dụ", "2004", "", "0912 345 679", ""),
]


def empty_list(unit_name: str) -> bytes:
    """An .xlsx whose cells keep the zero of 0912… and the day before the month."""
    from openpyxl import Workbook
    from openpyxl.styles import Font, PatternFill

    book = Workbook()
    sheet = book.active
    sheet.title = "Danh sách"
    sheet.append([column.title for column in Column])
    for example in EXAMPLES:
        place = list(Column).index(Column.UNIT)
        sheet.append([*example[:place], unit_name, *example[place + 1 :]])
    sheet.freeze_panes = "A2"
    for number, column in enumerate(Column, start=1):
        head = sheet.cell(1, number)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E8F1FB")
        sheet.column_dimensions[head.column_letter].width = WIDTHS.get(column, 18)
        for row in range(2, 200):
            sheet.cell(row, number).number_format = "@"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
