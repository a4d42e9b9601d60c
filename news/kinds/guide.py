"""Guide: numbered steps that somebody went through on a known day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext

from news.kinds.shapes import (
    Missing,
    Names,
    Raw,
    day,
    lines,
    number,
    picture_words,
    rows,
    text,
)
from news.models import Article
from vietnam.dates import day_text


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    text: str = ""
    picture: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {"title": self.title, "text": self.text, "picture": self.picture or None}

    def words(self, names: Names) -> str:
        return lines(self.title, self.text, picture_words(self.picture, names))


@dataclass(frozen=True)
class Guide:
    template: ClassVar[str] = "news/kinds/guide.html"
    opens: ClassVar[bool] = False

    steps: tuple[Step, ...] = ()
    tested_on: dt.date | None = None
    tested_with: str = ""

    @classmethod
    def read(cls, raw: Raw) -> Guide:
        steps = (
            Step(text(row, "title"), text(row, "text"), number(row, "picture"))
            for row in rows(raw, "steps")
        )
        return cls(
            steps=tuple(step for step in steps if step.title or step.text),
            tested_on=day(raw, "tested_on"),
            tested_with=text(raw, "tested_with"),
        )

    def as_details(self) -> dict[str, Any]:
        return {
            "steps": [step.as_dict() for step in self.steps],
            "tested_on": self.tested_on.isoformat() if self.tested_on else "",
            "tested_with": self.tested_with,
        }

    def pictures(self) -> list[int]:
        return [step.picture for step in self.steps if step.picture]

    def missing(self, article: Article) -> Missing | None:
        if not self.steps:
            return Missing.STEPS
        return None if self.tested_on else Missing.TESTED

    def words(self, names: Names) -> str:
        tested = ""
        if self.tested_on:
            tested = gettext("Tested on %(day)s") % {"day": day_text(self.tested_on)}
        return lines(tested, self.tested_with, (one.words(names) for one in self.steps))
