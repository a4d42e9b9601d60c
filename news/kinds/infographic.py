"""Infographic: pictures in order, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from news.kinds.shapes import Missing, Names, Placed, Raw, lines, text
from news.models import Article


@dataclass(frozen=True)
class Infographic:
    template: ClassVar[str] = "news/kinds/infographic.html"
    opens: ClassVar[bool] = False

    placed: tuple[Placed, ...] = ()
    alternative: str = ""

    @classmethod
    def read(cls, raw: Raw) -> Infographic:
        return cls(Placed.read_all(raw.get("pictures")), text(raw, "alternative"))

    def as_details(self) -> dict[str, Any]:
        pictures = [one.as_dict() for one in self.placed]
        return {"pictures": pictures, "alternative": self.alternative}

    def pictures(self) -> list[int]:
        return [one.picture for one in self.placed]

    def missing(self, article: Article) -> Missing | None:
        if not self.placed:
            return Missing.PICTURES
        return None if self.alternative else Missing.ALTERNATIVE

    def words(self, names: Names) -> str:
        return lines((one.words(names) for one in self.placed), self.alternative)
