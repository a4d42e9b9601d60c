"""The sites whose films may be shown: from a link to the film's number, and back.

Nothing of what was typed is kept but the number, so no link can bring anything else
along.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Host:
    """A site: `page` opens a film there, `player` shows it here; both take its id."""

    key: str
    label: str
    frame: str
    page: str
    player: str
    id: re.Pattern[str]


YOUTUBE = Host(
    key="youtube",
    label="YouTube",
    # Sets no cookie before the film is played.
    frame="https://www.youtube-nocookie.com",
    page="https://www.youtube.com/watch?v={id}",
    player="https://www.youtube-nocookie.com/embed/{id}?autoplay=1&rel=0",
    id=re.compile(r"[A-Za-z0-9_-]{11}", re.ASCII),
)
VIMEO = Host(
    key="vimeo",
    label="Vimeo",
    frame="https://player.vimeo.com",
    page="https://vimeo.com/{id}",
    player="https://player.vimeo.com/video/{id}?autoplay=1&dnt=1",
    id=re.compile(r"[1-9][0-9]{4,11}", re.ASCII),
)
HOSTS = {host.key: host for host in (YOUTUBE, VIMEO)}

_YOUTUBE = {"youtube.com", "www.youtube.com", "m.youtube.com"}
_YOUTUBE_EMBED = _YOUTUBE | {"youtube-nocookie.com", "www.youtube-nocookie.com"}
_YOUTUBE_PATHS = {"embed", "shorts", "live"}
_VIMEO = {"vimeo.com", "www.vimeo.com"}
LONGEST = 300


def parse(link: str) -> tuple[Host, str] | None:
    """The host and the number of a film, or None for any other address."""
    link = link.strip()
    if len(link) > LONGEST or re.search(r"[\s\\<>\"'\x00-\x1f]", link):
        return None
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        port, name = parts.port, (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or port or "@" in parts.netloc:
        return None
    host, number = _number(name, parts.path, parts.query)
    return (host, number) if host and host.id.fullmatch(number) else None


def _number(name: str, path: str, query: str) -> tuple[Host | None, str]:
    first, *rest = path.strip("/").split("/")
    if not rest and name == "youtu.be":
        return YOUTUBE, first
    if not rest and name in _YOUTUBE and first == "watch":
        found = parse_qs(query).get("v", [])
        return YOUTUBE, found[0] if len(found) == 1 else ""
    if not rest and name in _VIMEO:
        return VIMEO, first
    if len(rest) == 1 and name in _YOUTUBE_EMBED and first in _YOUTUBE_PATHS:
        return YOUTUBE, rest[0]
    if len(rest) == 1 and name == "player.vimeo.com" and first == "video":
        return VIMEO, rest[0]
    return None, ""
