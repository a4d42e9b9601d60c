"""What goes wrong when text is pasted, found line by line before others read it.

Letters lost on the way ("chuy??n"), text of the old fonts of the nineties (TCVN3,
VNI) or of a wrong encoding, invisible characters inside words, and links to betting
sites, the way in which the pages of provinces get abused. Only what is certain is
named: a sentence about betting is news, a link to the bookmaker is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MOST = 5
"""Faults that are named at once; who mends these sees the pattern."""
_AROUND = 18


class Reason(TextChoices):
    """Each value is a fault, its label what staff read about it."""

    LOST = "lost", _("letters were lost in the copy")
    OLD_FONT = "old_font", _("text of an old font (TCVN3 or VNI); convert it first")
    ENCODING = "encoding", _("letters of a wrong encoding")
    INVISIBLE = "invisible", _("an invisible character inside a word")
    BETTING = "betting", _("a link to a betting site")


@dataclass(frozen=True)
class Fault:
    """One fault: in which line (from 1; 0 for a link), and what it looks like."""

    reason: Reason
    line: int
    excerpt: str


# "chuy??n", "chuy?n"; not "Sao?Vì" nor the question mark of an address.
_LOST = re.compile(r"\ufffd|\w\?{2,}\w|(?<![\w/=.?&:])[^\W\d_]*[a-zà-ỹđ]\?[a-zà-ỹđ]+\b")
# TCVN3 puts its letters on signs: ® is đ, ¸ is á. "Sony®", "5 µm", «trích» stay.
_TCVN3 = re.compile(
    r"®[a-zà-ÿ]|(?<=[A-Za-z])[¨©ª«¬®µ¶¸¹](?=[a-z])|(?<=[a-z])[µ¶¸¹](?=[\s,.;:!?]|$)"
)
# VNI writes the tone after the vowel, with letters that Vietnamese does not have.
_VNI = re.compile(r"[aeoyuAEOYU][øûïåäëü]|ñ[aeiouyö]|[öô][ïøû]")
# UTF-8 read as Windows-1252 and saved again: đ is "Ä‘", ư is "Æ°", ể is "á»ƒ".
_ENCODING = re.compile(
    "á[»º][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2010-\u203a\u20ac\u2122]"
    "|Ä[‘\u0091]|Æ[°¡]|Ã[¡-¿]"
)
_INVISIBLE = re.compile("\\w[\u00ad\u200b\u2060\ufeff]+\\w")
_RULES = (
    (Reason.LOST, _LOST, 1),
    (Reason.ENCODING, _ENCODING, 1),
    (Reason.OLD_FONT, _TCVN3, 1),
    # One or two could be names from abroad (Zoë, señor).
    (Reason.OLD_FONT, _VNI, 3),
    (Reason.INVISIBLE, _INVISIBLE, 1),
)
_BETTING = re.compile(
    r"casino|nhacai|nohu\b|nohu\d|taixiu|soikeo|keonhacai|gamebai|cacuoc|lode\d|jackpot"
    r"|(?:^|[.-])\w{0,4}\d{1,3}(?:bet|win|club)\b|(?:^|[.-])bet\w{0,3}\d"
    r"|(?:^|[.-])(?:fun|w|m|v|f|k|fb|vn|dafa|hi|kubet|qq|sv|j|jun|shbet)88\b"
)
_TRUSTED = (".gov.vn", ".edu.vn")
_HREF = re.compile(r"""\bhref\s*=\s*["']([^"']*)["']""", re.IGNORECASE)


def faults_in(text: str) -> list[Fault]:
    """The faults of a plain text, the first five, in order."""
    found = [
        Fault(reason, number, _excerpt(line, match))
        for number, line in enumerate(text.splitlines(), start=1)
        for reason, match in _faults_of_line(line)
    ]
    return found[:MOST]


def betting_links(html: str) -> list[Fault]:
    """Links of a rich text that lead to betting sites."""
    hosts = dict.fromkeys(_host(address) for address in _HREF.findall(html))
    bad = [host for host in hosts if is_betting(host)]
    return [Fault(Reason.BETTING, 0, host) for host in bad][:MOST]


def is_betting(host: str) -> bool:
    """Whether a host's name is that of a betting site."""
    if host.endswith(_TRUSTED):
        return False
    return bool(_BETTING.search(host))


def _faults_of_line(line: str):
    for reason, pattern, least in _RULES:
        matches = list(pattern.finditer(line))
        if len(matches) >= least:
            yield reason, matches[0]


def _excerpt(line: str, match: re.Match[str]) -> str:
    """The words around a fault, so that it is found with the eye."""
    start = max(0, match.start() - _AROUND)
    end = min(len(line), match.end() + _AROUND)
    cut = line[start:end].strip()
    return f"{'…' * (start > 0)}{cut}{'…' * (end < len(line))}"


def _host(address: str) -> str:
    try:
        return (urlsplit(address.strip()).hostname or "").lower()
    except ValueError:
        return ""
