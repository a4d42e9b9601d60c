"""The columns of a list of people for a session, as the paper form orders them.

Behind them come the session's own questions and its rooms, each under its own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from content.questions import NO, YES
from members.lists import cells
from members.lists.cells import CellRefused
from members.lists.columns import (
    BIRTHS,
    CODES,
    EMAILS,
    NAMES,
    PHONES,
    Heading,
    Layout,
    ListColumn,
    heading,
    key,
)
from training.models import Question, RemotePoint, TrainingSession

Kind = Question.Kind
ROOM = "ROOM"
_ROOMS = heading("Điểm cầu", "Điểm cầu tham gia", "Nơi tham gia")
_YES_AND_NO = {YES: {"co", "x", "yes", "dong y"}, NO: {"khong", "ko", "no"}}


class Column(ListColumn):
    """What a column holds; `title` is the heading that our own file gives it."""

    NAME = NAMES
    BORN = BIRTHS
    POSITION = heading("Chức vụ", "Chức danh", "Vai trò", "Nhiệm vụ")
    UNIT = heading(
        "Đơn vị",
        "Chi đoàn",
        "Đoàn cơ sở",
        "Đơn vị công tác",
        "Chi đoàn/đơn vị",
        "Thôn",
        "Lớp",
        "Xã/phường",
    )
    PHONE = PHONES
    EMAIL = EMAILS
    CODE = CODES
    NOTE = heading("Ghi chú", "Chú thích")


@dataclass(frozen=True)
class AskedColumn:
    """A question of the session, headed by its words."""

    question: Question

    @property
    def name(self) -> str:
        return f"Q{self.question.pk}"

    @property
    def title(self) -> str:
        return self.question.text

    @property
    def value(self) -> Heading:
        return heading(self.question.text)

    def read(self, value: Any) -> str:
        """The answer as it is kept; "" for an empty cell. Raises CellRefused."""
        match self.question.kind:
            case Kind.NUMBER:
                number = cells.number_of(value)
                return "" if number is None else str(number)
            case Kind.YES_NO:
                sentence = _("Write “Có” or “Không”.")
                return cells.word_of(value, _YES_AND_NO, sentence) or ""
            case Kind.CHOICE:
                text = cells.text_of(value, 300)
                return _chosen(text, self.question.choice_list) if text else ""
            case Kind.SEVERAL:
                parts = re.split(r"[;\n]", cells.text_of(value, 3000))
                choices = self.question.choice_list
                chosen = [_chosen(part, choices) for part in parts if part.strip()]
                return "\n".join(dict.fromkeys(chosen))
            case Kind.LONG:
                return cells.text_of(value, 3000)
        return cells.text_of(value, 300)


@dataclass(frozen=True)
class RoomColumn:
    """Which room somebody sits in, by its name."""

    rooms: tuple[RemotePoint, ...]
    name = ROOM
    value = _ROOMS

    @property
    def title(self) -> str:
        return self.value.title

    def read(self, value: Any) -> RemotePoint | None:
        text = cells.text_of(value, 300)
        if not text:
            return None
        name = _chosen(text, [room.name for room in self.rooms])
        return next(room for room in self.rooms if room.name == name)


class Columns:
    """Those of every list, and what this session asks; files are asked by letter."""

    def __init__(self, session: TrainingSession) -> None:
        questions = list(session.questions.all())
        self.asked = [AskedColumn(one) for one in questions if one.kind != Kind.FILE]
        self.needs_file = any(
            one.required for one in questions if one.kind == Kind.FILE
        )
        rooms = tuple(session.points.all())
        self.room = RoomColumn(rooms) if rooms else None
        own = [*self.asked, *([self.room] if self.room else [])]
        # A question that is headed like a column of every list is asked by letter.
        self.own = [one for one in own if Column.of(one.title) is None]

    def __iter__(self) -> Iterator[ListColumn | AskedColumn | RoomColumn]:
        yield from Column
        yield from self.own

    def of(self, text: str) -> ListColumn | AskedColumn | RoomColumn | None:
        found = key(text)
        return next((one for one in self if found in one.value.aliases), None)

    def named(self, name: str) -> ListColumn | AskedColumn | RoomColumn | None:
        """By the name that the page gives it."""
        return next((one for one in self if one.name == name), None)


LAYOUT = Layout(
    columns=Column,
    needed=(Column.NAME,),
    most_rows=500,
    too_long=_("The list has more than %(number)d people. Send it in parts."),
)


def layout_of(session: TrainingSession) -> Layout:
    return replace(LAYOUT, columns=Columns(session))


def _chosen(text: str, choices: list[str]) -> str:
    """The choice that is meant; accents and case do not count."""
    found = next((one for one in choices if key(one) == key(text)), None)
    if found is None:
        choices = ", ".join(f"“{one}”" for one in choices)
        raise CellRefused(_("Write one of these: %(choices)s.") % {"choices": choices})
    return found
