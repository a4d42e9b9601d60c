"""Document: what was issued, by whom, when, and the paper itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from news.kinds.shapes import Missing, Names, Raw, day, lines, text
from news.models import Article
from vietnam.dates import official_date


@dataclass(frozen=True)
class Document:
    """`type` is the kind of paper (Kế hoạch, Công văn); `file` the key of its file.

    `confirmed`: units are asked to confirm that they have read it.
    """

    template: ClassVar[str] = "news/kinds/document.html"
    opens: ClassVar[bool] = True

    number: str = ""
    issuer: str = ""
    type: str = ""
    issued_on: dt.date | None = None
    effective_on: dt.date | None = None
    file: str = ""
    file_name: str = ""
    confirmed: bool = False

    @classmethod
    def read(cls, raw: Raw) -> Document:
        return cls(
            number=text(raw, "number"),
            issuer=text(raw, "issuer"),
            type=text(raw, "type"),
            issued_on=day(raw, "issued_on"),
            effective_on=day(raw, "effective_on"),
            file=text(raw, "file"),
            file_name=text(raw, "file_name"),
            confirmed=raw.get("confirmed") is True,
        )

    def as_details(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "issuer": self.issuer,
            "type": self.type,
            "issued_on": self.issued_on.isoformat() if self.issued_on else "",
            "effective_on": self.effective_on.isoformat() if self.effective_on else "",
            "file": self.file,
            "file_name": self.file_name,
            "confirmed": self.confirmed,
        }

    def pictures(self) -> list[int]:
        return []

    def missing(self, article: Article) -> Missing | None:
        if not (self.number and self.issuer):
            return Missing.NUMBER
        if not self.issued_on:
            return Missing.ISSUED
        return None if self.file else Missing.FILE

    def words(self, names: Names) -> str:
        days = (self.issued_on, self.effective_on)
        days = [official_date(one) for one in days if one]
        return lines(self.type, self.number, self.issuer, days, self.file_name)
