"""Video: a film of ours or of a known host, with captions and transcript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from news.kinds.hosts import HOSTS, Host
from news.kinds.shapes import Missing, Names, Raw, lines, text
from news.models import Article


@dataclass(frozen=True)
class Video:
    """`host` and `number` tell a film elsewhere; `film`, `captions` are keys of files.

    `silent`: nobody speaks in it, so it needs no captions.
    """

    template: ClassVar[str] = "news/kinds/video.html"
    opens: ClassVar[bool] = True

    host: str = ""
    number: str = ""
    film: str = ""
    film_name: str = ""
    captions: str = ""
    captions_name: str = ""
    silent: bool = False
    transcript: str = ""

    @classmethod
    def read(cls, raw: Raw) -> Video:
        names = ("film", "film_name", "captions", "captions_name", "transcript")
        host, number = HOSTS.get(text(raw, "host")), text(raw, "number")
        known = bool(host and host.id.fullmatch(number))
        return cls(
            host=host.key if known else "",
            number=number if known else "",
            silent=raw.get("silent") is True,
            **{name: text(raw, name) for name in names},
        )

    def as_details(self) -> dict[str, Any]:
        return {
            "host": self.host,
            "number": self.number,
            "film": self.film,
            "film_name": self.film_name,
            "captions": self.captions,
            "captions_name": self.captions_name,
            "silent": self.silent,
            "transcript": self.transcript,
        }

    @property
    def elsewhere(self) -> Host | None:
        """Who shows the film, unless we do."""
        return HOSTS.get(self.host) if not self.film else None

    @property
    def link(self) -> str:
        return self.elsewhere.page.format(id=self.number) if self.elsewhere else ""

    @property
    def player(self) -> str:
        return self.elsewhere.player.format(id=self.number) if self.elsewhere else ""

    def pictures(self) -> list[int]:
        return []

    def missing(self, article: Article) -> Missing | None:
        if not (self.film or self.host):
            return Missing.FILM
        if not article.cover_id:
            return Missing.POSTER
        if self.film and not (self.captions or self.silent):
            return Missing.CAPTIONS
        return None if self.transcript else Missing.TRANSCRIPT

    def words(self, names: Names) -> str:
        return lines(self.link, self.film_name, self.captions_name, self.transcript)
