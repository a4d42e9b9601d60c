"""Lists as people take them out: for Excel and as CSV, no cell of them a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
ENDINGS = ("xlsx", "csv")
LIVE_CELL = tuple("=+-@\t\r＝＋－＠")
"""What makes a spreadsheet read a cell as a formula (OWASP, CSV Injection)."""
_WIDTH = 24

Lines = Sequence[Sequence[Any]]


def as_csv(lines: Lines) -> bytes:
    """With the mark that makes Excel read UTF-8; no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([tame(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(
    lines: Lines,
    *,
    title: str,
    widths: Mapping[int, int] | None = None,
    freeze: str = "C2",
) -> bytes:
    """A workbook with one sheet; words are words, whatever they begin with.

    `widths` by the number of the column, from 1 on; the others take a usual one.
    """
    # Loaded when somebody wants it: it holds 4 MB of each process.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = _sheet_name(title)
    for number, line in enumerate(lines, start=1):
        for place, value in enumerate(line, start=1):
            # Not at `max_row`, which counts all rows anew.
            cell = sheet.cell(number, place)
            cell.value = value
            if isinstance(value, str):
                # Never a formula, and shown as typed once somebody edits the cell.
                cell.data_type = "s"
                cell.quotePrefix = value.startswith(LIVE_CELL)
                cell.alignment = Alignment(vertical="top", wrap_text=True)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = freeze
    for place in range(1, len(lines[0]) + 1):
        width = (widths or {}).get(place, _WIDTH)
        sheet.column_dimensions[get_column_letter(place)].width = width
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def response(
    lines: Lines, ending: str, *, name: str, title: str, widths=None
) -> HttpResponse:
    """The list as a file to keep; `ending` is one of ENDINGS, `name` is plain ASCII."""
    if ending == "csv":
        answer = HttpResponse(as_csv(lines), content_type=CSV)
    else:
        made = as_xlsx(lines, title=title, widths=widths)
        answer = HttpResponse(made, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def tame(cell: Any) -> Any:
    """The cell for a CSV file, no formula."""
    if isinstance(cell, str) and cell.startswith(LIVE_CELL):
        return f"'{cell}"
    return cell


def _sheet_name(title: str) -> str:
    """Excel takes 31 letters and none of []:*?/\\ in the name of a sheet."""
    return "".join(_letters(title))[:31].strip() or _("List")


def _letters(title: str) -> Iterator[str]:
    for letter in title:
        yield " " if letter in "[]:*?/\\'" else letter
