"""What goes wrong when text is pasted, found line by line before others read it.

Letters lost on the way ("chuy??n"), text of the old fonts of the nineties (TCVN3,
VNI) or of a wrong encoding, invisible characters and hard spaces inside phrases, words
broken across lines, advertising for gambling. Only what is certain is named: the
measure is the Vietnamese syllable (`vietnam.syllables`), so that names, English words,
code and addresses pass. `content.mending` repairs what can be repaired.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from content.richtext import LINK_OUT
from content.spam import gambling_words, host_of, is_betting
from vietnam import legacy
from vietnam.syllables import (
    is_onset,
    is_syllable,
    is_vowel_first,
    may_become_syllable,
)

MOST = 5
"""Faults that a sentence names; who mends these sees the pattern."""
_AROUND = 18


class Reason(TextChoices):
    """Each value is a fault, its label what staff read about it."""

    LOST = "lost", _("letters were lost in the copy")
    OLD_FONT = "old_font", _("text of an old font (TCVN3 or VNI)")
    ENCODING = "encoding", _("letters of a wrong encoding")
    INVISIBLE = "invisible", _("an invisible character inside a word")
    DECOMPOSED = "decomposed", _("letters and their marks stored apart")
    HARD_SPACE = "hard_space", _("a non-breaking space between two words")
    BROKEN = "broken", _("a word broken in two")
    GAMBLING = "gambling", _("advertising for gambling")
    BETTING = "betting", _("a link to a betting site")
    NAME = "name", _("the name is spelled VNeID")


MENDABLE = {
    *(Reason.OLD_FONT, Reason.ENCODING, Reason.INVISIBLE, Reason.DECOMPOSED),
    *(Reason.HARD_SPACE, Reason.BROKEN),
}
"""What one press repairs. A lost letter is only known to whoever wrote it."""
WARNINGS = {Reason.NAME}
"""Said, but no reason to keep a text from its readers."""


@dataclass(frozen=True)
class Fault:
    """One fault: in which line (from 1; 0 for a link), and what it looks like."""

    reason: Reason
    line: int
    excerpt: str

    @property
    def is_mendable(self) -> bool:
        return self.reason in MENDABLE

    @property
    def is_warning(self) -> bool:
        return self.reason in WARNINGS


class _Found(NamedTuple):
    reason: Reason
    start: int
    end: int


_TOKEN = re.compile(r"\S+")
# An address, a formula, code: the marks of other languages than ours.
_TECHNICAL = re.compile(r"://|www\.|[=@{}<>\\|*+^$&#_`\[\]]|\w[:(]\w|^[/?]|\w\.\w")
_HOLED = re.compile(r"[^\W\d_]*(?:\?+[^\W\d_]+)+\?*")
_ONSET_HOLE = re.compile(
    r"\b(?:ngh|ng|nh|ch|th|tr|kh|gh|ph|đ|b|t|v|l|s|x)\?+(?=\s+[a-zà-ỹđ])"
)
_CODE = re.compile(r"\?\?=?\s|[;{}]|=>|\(\)")
INVISIBLE = re.compile(
    "[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069]"
    "|(?<=[a-zA-ZÀ-ỹ])[\u200c\u200d](?=[a-zA-ZÀ-ỹ])"
)
# Letters as HTML spells them, where HTML was read as text. Signs are meant.
ENTITY = re.compile(
    r"&(?:amp;)?(?:#(?:x(?:[cdef][0-9a-f]|1[0-9a-f]{2,3})|(?:19[2-9]|2\d\d|[2-4]\d\d|7\d{3}));"
    r"|[aeiouyd](?:grave|acute|circ|tilde);)",
    re.IGNORECASE,
)
_DECOMPOSED = re.compile(
    "[A-Za-zÀ-ỹ][\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323]"
)
_HARD_SPACE = re.compile("(\\S*[^\\W\\d_])[\u00a0\u202f](?=([a-zà-ỹđ]+))")
# Words that hold what follows them on their line.
_HOLDS_TEXT = """
ngày tháng năm quý tuần thứ mùng lúc lần kỳ khóa khoá lớp khối số điều khoản điểm mục
trang hình bảng câu bài quyển tập xã phường tỉnh huyện thôn bản xóm tổ ông bà anh chị em
cô chú bác thầy chí tp ts ths pgs gs bs ks
"""
_HOLDS = set(_HOLDS_TEXT.split())
_UNITS_TEXT = "km m cm mm kg g tấn tạ ha lít l giờ phút giây đồng tuổi người % độ"
_UNITS = set(_UNITS_TEXT.split())
_SPLIT = re.compile(r"(?<![\w?\ufffd])([^\W\d_]+) ([^\W\d_]+)(?![\w?\ufffd])")
# After these a letter alone is a name: "điểm c hướng dẫn".
_LETTERED = re.compile(
    r"(?:điểm|mục|khoản|ý|nhóm|cột|hàng|lớp|biến|chữ|chữ cái|án|câu|số|trục|cạnh|bảng|"
    r"âm|vitamin|loại|hạng|ẩn|và|hoặc|là|đoạn|đường|chọn|\b[a-zđ],)\s+$",
    re.IGNORECASE,
)
_VNEID = re.compile(r"\bvneid\b", re.IGNORECASE)
_VNEID_RIGHT = {"VNeID", "VNEID", "vneid"}
_HREF = re.compile(r"""\bhref\s*=\s*["']([^"']*)["']""", re.IGNORECASE)


def findings(text: str) -> list[Fault]:
    """Everything that is wrong in a plain text, in order.

    For rich text hand in `content.richtext.checked_lines`.
    """
    lines = re.split("\r\n?|\n", text)
    found = [
        Fault(hit.reason, number, _excerpt(line, hit))
        for number, line in enumerate(lines, start=1)
        for hit in sorted(_faults_of_line(line), key=lambda hit: hit.start)
    ]
    for number, (line, after) in enumerate(pairwise(lines), 1):
        if broken := broken_between(line, after):
            found.append(Fault(Reason.BROKEN, number, " ⏎ ".join(broken)))
    return sorted(found, key=lambda fault: fault.line)


def faults_in(text: str) -> list[Fault]:
    """What keeps a plain text from its readers: the first five faults, in order."""
    return [fault for fault in findings(text) if not fault.is_warning][:MOST]


def betting_links(html: str) -> list[Fault]:
    """Links of a rich text that lead to betting sites."""
    bad = [host for host in linked_hosts(html) if is_betting(host)]
    return [Fault(Reason.BETTING, 0, host) for host in bad][:MOST]


def linked_hosts(html: str) -> list[str]:
    """The other hosts that a rich text links to, each once, in order."""
    hosts = dict.fromkeys(host_of(address) for address in _HREF.findall(html))
    return [host for host in hosts if host]


def broken_between(line: str, after: str) -> tuple[str, str] | None:
    """The two halves of a word that a line break tore apart, or None."""
    left = re.search(r"(?<![\w?\ufffd’'-])[^\W\d_]+$", line.rstrip())
    right = re.match(r"[a-zà-ỹđ]+(?![\w?\ufffd’'-])", after.lstrip())
    if not left or not right or not is_torn(left[0], right[0]):
        return None
    return left[0], right[0]


def is_torn(left: str, right: str) -> bool:
    """Whether two pieces at a line's end and beginning are halves of one word."""
    if not (right.islower() and is_syllable(left + right)):
        return False
    if not is_syllable(right):
        return is_onset(left) or is_syllable(left)
    if not is_syllable(left):
        return is_onset(left)
    if right == "i":  # no word, but the end of many
        return True
    return right[0] in "aăâeêioôơuưy" + _TONED and not is_vowel_first(right)


def torn_inside(line: str) -> Iterator[re.Match[str]]:
    """Words torn apart within a line: "p háp", "ng ười"."""
    at = 0
    while match := _SPLIT.search(line, at):
        at = match.end(1)
        left, right = match[1], match[2]
        if not (is_onset(left) and right.islower() and is_syllable(left + right)):
            continue
        if len(left) == 1 and (
            not is_onset(left + right[0]) or _LETTERED.search(line[: match.start()])
        ):
            continue
        yield match


def hard_spaces(line: str) -> Iterator[re.Match[str]]:
    """Non-breaking spaces that hold nothing together: between two plain words.

    Before and after figures, names, units and signs, and behind a word that holds
    what follows ("xã Cẩm Giàng", "ngày 5"), they are typography.
    """
    for match in _HARD_SPACE.finditer(line):
        before = re.split(r"[\s(“\"]", match[1])[-1].lower().strip("“”\"'(.,")
        plain = match[2].islower() and match[2] not in _UNITS
        if plain and before not in _HOLDS:
            yield match


_TONED = "".join(
    char for char in map(chr, range(0xC0, 0x1EFA)) if char.islower()
    and unicodedata.normalize("NFD", char)[0] in "aeiouy"
)  # fmt: skip


def _faults_of_line(line: str) -> Iterator[_Found]:
    linked, line = LINK_OUT in line, line.replace(LINK_OUT, "")
    yield from _lost(line)
    if double := legacy.first_double(line) or ENTITY.search(line):
        yield _Found(Reason.ENCODING, *double.span())
    # What a wrong encoding leaves looks like an old font as well.
    elif words := legacy.old_font_words(line):
        start = line.find(next(iter(words)))
        yield _Found(Reason.OLD_FONT, start, start + 1)
    for reason, hits in (
        (Reason.INVISIBLE, _invisible(line)),
        (Reason.DECOMPOSED, _DECOMPOSED.finditer(line)),
        (Reason.HARD_SPACE, hard_spaces(line)),
        (Reason.BROKEN, torn_inside(line)),
    ):
        # One for each line is enough: a press mends them all.
        if hit := next(iter(hits), None):
            yield _Found(reason, *hit.span())
    if words := gambling_words(line, linked=linked):
        yield _Found(Reason.GAMBLING, *words.span())
    for match in _VNEID.finditer(line):
        if match[0] not in _VNEID_RIGHT:
            yield _Found(Reason.NAME, *match.span())


def _invisible(line: str) -> Iterator[re.Match[str]]:
    """Not the soft hyphen that is ư in TCVN3, nor what joins an emoji."""
    return () if legacy.old_font_words(line) else INVISIBLE.finditer(line)


def _lost(line: str) -> Iterator[_Found]:
    """Holes in words: U+FFFD, and question marks where letters were."""
    for match in re.finditer("\ufffd+", line):
        yield _Found(Reason.LOST, *match.span())
    if "?" not in line:
        return
    code = _CODE.search(line)
    for token in _TOKEN.finditer(line):
        word = token[0].strip("()[]“”\"'.,;:!…")
        if "?" not in word or _TECHNICAL.search(word):
            continue
        for match in _HOLED.finditer(token[0]):
            if not code and _is_holed(match[0]):
                start = token.start()
                yield _Found(Reason.LOST, start + match.start(), start + match.end())
    if not code:
        for match in _ONSET_HOLE.finditer(line):
            if line[match.end() :].lstrip()[0].islower():
                yield _Found(Reason.LOST, *match.span())


def _is_holed(word: str) -> bool:
    """Whether the question marks of a word stand where letters were.

    "Sao?Vì" and "gì??ai" are two words whose space was forgotten; "colou?r" and
    "value??default" are code: with letters put in they still are no syllable.
    """
    core = word.rstrip("?")
    left, _marks, right = core.partition("?")
    right = right.lstrip("?")
    if left and left[-1].islower() and right[:1].isupper():
        return False
    if not left:
        # "biết ?vì sao": the space on the wrong side; "?oàn", "??o" lost a letter.
        doubled = core.startswith("??")
        plain = core.lstrip("?").isascii() and not doubled
        return not plain and right.islower() and may_become_syllable(core)
    if min(len(left), len(right)) > 1 and is_syllable(left) and is_syllable(right):
        return False
    if may_become_syllable(core):
        return True
    # A word of several holes, or one cut at both sides, but nothing of code.
    return "??" in core and not core.isascii() and len(core) < 12


def _excerpt(line: str, hit: _Found) -> str:
    """The words around a fault, so that it is found with the eye."""
    line = line.replace(LINK_OUT, "")
    start = max(0, hit.start - _AROUND)
    end = min(len(line), hit.end + _AROUND)
    cut = line[start:end].strip()
    return f"{'…' * (start > 0)}{cut}{'…' * (end < len(line))}"
