"""The list of people as the paper lists have it, for Excel and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from training.models import Question, Registration, TrainingSession
from vietnam.fold import fold
from vietnam.phones import display_phone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_LIVE_CELL = tuple("=+-@\t\r＝＋－＠")
"""What makes a spreadsheet read a cell as a formula (OWASP, CSV Injection)."""
_POSITION = {"chuc vu", "chuc danh", "position"}
_WIDTHS = {1: 6, 2: 28, 3: 10, 4: 10, 5: 18, 6: 32, 7: 16}
_WIDTH = 24


def table(session: TrainingSession, rows: QuerySet[Registration]) -> list[list[Any]]:
    """The head and a line for each sign-up, in the columns of the paper lists.

    First those that every unit's list has (DOMAIN 2.4); sex stays empty, as the portal
    does not ask for it. The position is that of the unit's list, else the answer to a
    question of that name. Then room, state and the other answers. Few queries, however
    many rows.
    """
    questions = list(session.questions.all())
    position = next((one for one in questions if fold(one.text) in _POSITION), None)
    others = [one for one in questions if one != position]
    has_rooms = session.points.exists()
    head = [
        _("No."),
        _("Full name"),
        _("Year of birth"),
        _("Sex"),
        _("Position"),
        _("Unit"),
        _("Phone"),
        _("Note"),
        *([_("Room")] if has_rooms else []),
        _("State"),
        *(one.text for one in others),
    ]
    rows = rows.select_related("person", "point").prefetch_related("answers__question")
    lines = (
        _line(number, row, position, others, has_rooms=has_rooms)
        for number, row in enumerate(rows, start=1)
    )
    return [head, *lines]


def _line(
    number: int,
    row: Registration,
    position: Question | None,
    others: Sequence[Question],
    *,
    has_rooms: bool,
) -> list[Any]:
    said = {answer.question_id: answer.words for answer in row.answers.all()}
    person = row.person
    return [
        number,
        person.full_name,
        person.birth_year or "",
        "",
        row.position or (said.get(position.pk, "") if position else ""),
        row.unit_name,
        display_phone(person.phone) if person.phone else "",
        row.note,
        *([row.point.name if row.point else ""] if has_rooms else []),
        row.get_state_display(),
        *(said.get(one.pk, "") for one in others),
    ]


def as_csv(lines: Sequence[Sequence[Any]]) -> bytes:
    """With the mark that makes Excel read UTF-8; no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([_tame(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Sequence[Sequence[Any]], *, title: str) -> bytes:
    """A workbook with one sheet; words are words, whatever they begin with."""
    book = Workbook()
    sheet = book.active
    sheet.title = _sheet_name(title)
    for line in lines:
        sheet.append([None] * len(line))
        for place, value in enumerate(line, start=1):
            cell = sheet.cell(sheet.max_row, place)
            cell.value = value
            if isinstance(value, str):
                # Never a formula, and shown as typed once somebody edits the cell.
                cell.data_type = "s"
                cell.quotePrefix = value.startswith(_LIVE_CELL)
                cell.alignment = Alignment(vertical="top", wrap_text=True)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "C2"
    for place in range(1, len(lines[0]) + 1):
        width = _WIDTHS.get(place, _WIDTH)
        sheet.column_dimensions[get_column_letter(place)].width = width
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _tame(cell: Any) -> Any:
    if isinstance(cell, str) and cell.startswith(_LIVE_CELL):
        return f"'{cell}"
    return cell


def _sheet_name(title: str) -> str:
    """Excel takes 31 letters and none of []:*?/\\ in the name of a sheet."""
    return "".join(_letters(title))[:31].strip() or _("List")


def _letters(title: str) -> Iterator[str]:
    for letter in title:
        yield " " if letter in "[]:*?/\\'" else letter
