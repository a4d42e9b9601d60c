"""What is wrong with one text, one address, one piece of HTML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from django.conf import settings

from content.fields import clean_text
from content.richtext import LINK_OUT, checked_lines
from content.spam import gambling_words, host_of, is_betting
from portal.models import Finding

What = Finding.What
Found = tuple[What, str]

_FOREIGN = {
    *("script", "iframe", "frame", "object", "embed", "applet", "form", "base"),
    *("link", "meta", "style", "svg", "math"),
}
_LOADING = {"src", "srcset", "poster", "background", "data", "action", "formaction"}
_SCHEMES = re.compile(r"(?:javascript|vbscript|data|file|blob):", re.IGNORECASE)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])|text-indent\s*:\s*-\d{3,}"
    r"|(?:left|top)\s*:\s*-\d{3,}|(?:height|width)\s*:\s*[01]px|clip\s*:\s*rect",
    re.IGNORECASE,
)
# Letters of other scripts that a reader takes for ours.
_LOOKALIKES = str.maketrans(
    "авекмнорстухіѕјԁһӏαβεικνορτυχΑΒΕΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТУХІЅЈ",
    "abekmhopctyxisjdhlabeiknoptuxABEHIKMNOPTYXABEKMHOPCTYXISJ",
)
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>]+|\bwww\.[^\s\"'<>]+", re.IGNORECASE)


def found_in_html(html: str) -> Iterator[Found]:
    """In what is stored as rich text, clean or not."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    yield from reader.found
    for line in checked_lines(html).split("\n"):
        linked = LINK_OUT in line
        yield from _in_line(line.replace(LINK_OUT, ""), linked=linked)


def found_in_text(text: str) -> Iterator[Found]:
    """In a plain text: its words, and addresses that are written out in it."""
    for line in text.split("\n"):
        yield from _in_line(line)
        for address in _ADDRESS.findall(line):
            yield from _in_host(address)


def found_in_address(address: str) -> Iterator[Found]:
    """In a field that holds the address of a page."""
    bare = re.sub(r"[\x00-\x20]", "", unquote(address))
    if _SCHEMES.match(bare):
        yield What.SCRIPT, address
    yield from _in_host(address)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Found] = []

    def handle_starttag(self, tag, attrs):
        if tag in _FOREIGN:
            self._add(What.SCRIPT, self.get_starttag_text())
            return
        for name, value in attrs:
            self._attribute(name, value or "")

    def _attribute(self, name: str, value: str) -> None:
        if name.startswith("on"):
            self._add(What.SCRIPT, f"{name}={value}")
        elif name == "style" and _HIDING.search(value):
            self._add(What.HIDDEN, value)
        elif name == "hidden":
            self._add(What.HIDDEN, self.get_starttag_text())
        elif name in ("href", "xlink:href"):
            self.found += found_in_address(value)
        elif name in _LOADING:
            self._loads(value)

    def _loads(self, value: str) -> None:
        bare = re.sub(r"[\x00-\x20]", "", value)
        host = host_of(bare)
        if _SCHEMES.match(bare):
            self._add(What.SCRIPT, value)
        elif host and not _is_trusted(host):
            self._add(What.FOREIGN, value)

    def _add(self, what: What, text: str | None) -> None:
        self.found.append((what, text or ""))


def _in_line(line: str, *, linked: bool = False) -> Iterator[Found]:
    plain = clean_text(line)
    if words := gambling_words(plain, linked=linked):
        yield What.GAMBLING, words[0]
        return
    seen = _as_it_looks(plain)
    if seen != plain and (words := gambling_words(seen, linked=linked)):
        yield What.GAMBLING, words[0]


def _in_host(address: str) -> Iterator[Found]:
    address = address.strip()
    host = host_of(address if "//" in address else f"//{address}")
    if not host or _is_trusted(host):
        return
    seen = _readable(host)
    if is_betting(host) or is_betting(_as_it_looks(seen)):
        yield What.GAMBLING, seen
    elif any(_is_mixed(word) for word in _WORD.findall(seen)):
        yield What.LOOKALIKE, f"{host} ({seen})" if seen != host else host


def _readable(host: str) -> str:
    """The host as a browser may show it: "xn--..." decoded."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _as_it_looks(text: str) -> str:
    """Letters of other scripts, wide and styled ones, by the ones they look like."""
    return unicodedata.normalize("NFKC", text).translate(_LOOKALIKES)


def _is_mixed(word: str) -> bool:
    """Whether one word is written in letters of several scripts."""
    scripts = {unicodedata.name(char, "").partition(" ")[0] for char in word}
    return len(
        scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}
    ) > 1 or (bool(scripts & {"CYRILLIC", "GREEK"}) and _as_it_looks(word).isascii())


def _is_trusted(host: str) -> bool:
    own = urlsplit(settings.SITE_URL).hostname or ""
    return any(
        host == trusted or host.endswith(f".{trusted}")
        for trusted in (own, *settings.SCAN_TRUSTED_HOSTS)
        if trusted
    )
