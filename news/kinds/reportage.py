"""Reportage: a story in pictures, each with its caption."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from news.kinds.shapes import Missing, Names, Placed, Raw, lines
from news.models import Article


@dataclass(frozen=True)
class Reportage:
    template: ClassVar[str] = "news/kinds/reportage.html"
    opens: ClassVar[bool] = False

    placed: tuple[Placed, ...] = ()

    @classmethod
    def read(cls, raw: Raw) -> Reportage:
        return cls(Placed.read_all(raw.get("pictures")))

    def as_details(self) -> dict[str, Any]:
        return {"pictures": [one.as_dict() for one in self.placed]}

    def pictures(self) -> list[int]:
        return [one.picture for one in self.placed]

    def missing(self, article: Article) -> Missing | None:
        if not self.placed:
            return Missing.PICTURES
        return None if all(one.caption for one in self.placed) else Missing.CAPTION

    def words(self, names: Names) -> str:
        return lines(one.words(names) for one in self.placed)
