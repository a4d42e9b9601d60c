"""The list of people as the paper lists have it, for Excel and as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from content import tables
from training.models import Question, Registration, TrainingSession
from vietnam.fold import fold
from vietnam.phones import display_phone

XLSX, CSV = tables.XLSX, tables.CSV
_POSITION = {"chuc vu", "chuc danh", "position"}
_WIDTHS = {1: 6, 2: 28, 3: 10, 4: 10, 5: 18, 6: 32, 7: 16}


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
    return tables.as_csv(lines)


def as_xlsx(lines: Sequence[Sequence[Any]], *, title: str) -> bytes:
    """In the widths of the paper list."""
    return tables.as_xlsx(lines, title=title, widths=_WIDTHS)
