"""Vietnamese text from before Unicode, and text of a wrong encoding, made readable.

TCVN3 (the .Vn fonts) puts a letter on each sign of Latin-1: ® is đ, ¸ is á. VNI puts
the tone behind its vowel: aù is á, ñ is đ. Double encoding is UTF-8 read as
Windows-1252: á»ƒ is ể. The tables are facts of TCVN 5712:1993 and of VNI for Windows.

Nothing is converted on the look of one letter: a word counts as evidence when it is
no syllable as it stands and becomes one (`vietnam.syllables`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vietnam.fold import nfc
from vietnam.syllables import is_syllable

_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾Æ"
        "ÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_VNI_TONES = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_MARKS = {
    "â": "\u0302",
    **dict(zip("áàåãä", ("\u0302" + t for t in _VNI_TONES.values()), strict=True)),
    "ê": "\u0306",
    **dict(zip("éèúüë", ("\u0306" + t for t in _VNI_TONES.values()), strict=True)),
}
_VNI_ALONE = {"æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ñ": "đ", "ô": "ơ", "ö": "ư"}


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_ALONE)
    for mark, combining in _VNI_MARKS.items():
        for vowel in "ao" if combining[0] == "\u0302" else "a":
            table[vowel + mark] = nfc(vowel + combining)
        if combining[0] == "\u0302":
            table["e" + mark] = nfc("e" + combining)
    for tone, combining in _VNI_TONES.items():
        for vowel, letter in zip("aeouyôö", "aeouyơư", strict=True):
            table[vowel + tone] = nfc(letter + combining)
    # Capitals, and a capital with a small mark, as people typed it.
    upper = {key.upper(): value.upper() for key, value in table.items()}
    mixed = {key.capitalize(): value.upper() for key, value in table.items()}
    return table | mixed | upper


_VNI = _vni_table()
_VNI_PAIRS = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_TCVN3_WORD = re.compile(f"[A-Za-z{re.escape(''.join(_TCVN3))}]+")
_VNI_WORD = re.compile(
    f"[A-Za-zíìÍÌ{re.escape(''.join({c for key in _VNI for c in key}))}]+"
)
# Signs that honest texts set between letters: m×n, Nam·Nữ, 1½, «trích», ®, ©.
_HONEST = set("×÷·½¼¾«»µ")
# Not a letter between small letters, or a capital with a sign behind one.
_INSIDE = re.compile("[a-z](?:[¡-§¨©ª«¬®¶¸µ][a-z]|[À-ÖØ-Þ])")
_LETTERS_1252 = {
    bytes([byte]).decode("cp1252"): byte
    for byte in range(0x80, 0x100)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
} | {chr(byte): byte for byte in range(0x80, 0xA0)}
_LOST_1252 = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_TAIL = re.escape("".join(c for c, byte in _LETTERS_1252.items() if byte < 0xC0))
_DOUBLE = re.compile(
    f"á[»º][{_TAIL}]|Ä[‘ƒ‚\u0091\u0090¨©]|Æ[°¯¡\u00a0]|[Å][¨©]|Ã[{_TAIL}]"
    f"|â€[{_TAIL}]|Â[¡-¿]"
)
_TWICE = re.compile(f"[ÂÃÄÅÆË][{_TAIL}]|â[€„][{_TAIL}]")
_LOST_QUOTE = re.compile(r"â€(?=[\s.,;:!?)]|$)")
_HALF_DOUBLE = re.compile(r"[^\W\d_]*á[»º](?![»º])[^\W\d_]*|\bÄ(?=[a-z]{1,2})\w+")
_WORD = re.compile(r"[^\W\d_]+")


def from_tcvn3(text: str) -> str:
    """Each sign of the old font as the letter it showed."""
    return "".join(_TCVN3.get(char, char) for char in text)


def from_vni(text: str) -> str:
    """Each vowel with the marks that stand behind it as one letter."""
    return _VNI_PAIRS.sub(lambda match: _VNI[match[0]], text)


def old_font_words(line: str) -> dict[str, str]:
    """The words of a line that are of an old font, and what they say.

    Empty unless the line gives enough evidence: two words, or one that can be nothing
    else. In a line with letters of Unicode proper only the evident words count.
    """
    best: dict[str, str] = {}
    for pattern, convert in ((_TCVN3_WORD, from_tcvn3), (_VNI_WORD, from_vni)):
        evident = dict(_evident(line, pattern, convert))
        if not _is_enough(evident, convert) or len(evident) <= len(best):
            continue
        best = evident
        if not _is_mixed(line):
            best = best | dict(_convertible(line, pattern, convert))
    return best


def undo_double_encoding(line: str) -> str:
    """The line with what was UTF-8 read as Windows-1252 decoded again.

    A byte that Windows-1252 does not know is lost on the way; where only one letter
    makes a syllable of the word, it is that letter.

    What went through the mill twice is decoded twice.
    """
    if not has_double_encoding(line):
        return line
    twice = _TWICE.sub(_decoded, line)
    if twice != line and has_double_encoding(twice):
        line = twice
    line = _DOUBLE.sub(_decoded, _LOST_QUOTE.sub("”", line.replace("Ã ", "Ã\u00a0")))
    return _HALF_DOUBLE.sub(_completed, line)


def has_double_encoding(line: str) -> bool:
    return any(_is_double(line, match) for match in _DOUBLE.finditer(line))


def first_double(line: str) -> re.Match[str] | None:
    """Where it begins."""
    found = (m for m in _DOUBLE.finditer(line) if _is_double(line, m))
    return next(found, None)


def _is_double(line: str, match: re.Match[str]) -> bool:
    if _decoded(match) == match[0]:
        return False
    # «Măng đá» before a dash, dots or a quotation mark is a quotation.
    before = line[: match.start()]
    if match[0][1] == "»" and before.count("«") > before.count("»"):
        return False
    # A capital Ã or Â in a word of capitals, before a sign by chance.
    return not (match[0][0] == "Ã" and match[0][1] == "\u00a0")


def _decoded(match: re.Match[str]) -> str:
    raw = bytes(_LETTERS_1252.get(char, 0x3F) for char in match[0])
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return match[0]


def _completed(match: re.Match[str]) -> str:
    """A word one of whose letters lost a byte: completed if there is one way."""
    word = match[0]
    hole = re.search("á[»º]|Ä", word)
    if hole is None:
        return word
    heads = {"á»": b"\xe1\xbb", "áº": b"\xe1\xba", "Ä": b"\xc4"}
    head, ways = heads[hole[0]], []
    for byte in _LOST_1252:
        try:
            letter = (head + bytes([byte])).decode()
        except UnicodeDecodeError:
            continue
        way = word[: hole.start()] + letter + word[hole.end() :]
        if is_syllable(way) and (letter.islower() or hole.start() == 0):
            ways.append(way)
    return ways[0] if len(ways) == 1 else word


def _is_enough(evident: dict[str, str], convert) -> bool:
    """Loïc and Thaï would read as VNI; two names with one sign prove nothing."""
    if convert is from_vni:
        signs = {char for word in evident for char in word if not char.isascii()}
        return len(evident) > 2 or (len(evident) > 1 and len(signs) > 1)
    return len(evident) > 1 or any(map(_is_strong, evident))


def _evident(line: str, pattern, convert) -> Iterator[tuple[str, str]]:
    """Words that are no syllable as they stand and become one."""
    for word, text in _convertible(line, pattern, convert):
        signs = {char for char in word if not char.isascii()}
        if is_syllable(word) or (signs <= _HONEST and not _INSIDE.search(word)):
            continue
        yield word, text


def _convertible(line: str, pattern, convert) -> Iterator[tuple[str, str]]:
    for match in pattern.finditer(line):
        word = match[0]
        if word.isascii() or _touches_other(line, match):
            continue
        text = convert(word)
        if text != word and is_syllable(text):
            yield word, text


def _touches_other(line: str, match: re.Match[str]) -> bool:
    """Whether letters or figures go on where the old font's letters end."""
    before = line[match.start() - 1 : match.start()]
    after = line[match.end() : match.end() + 1]
    return (before + after).isalnum() or before.isalnum() or after.isalnum()


def _is_strong(word: str) -> bool:
    """Two signs, or one where no name and no formula has it."""
    signs = [char for char in word if not char.isascii() and char not in _HONEST]
    return len(signs) > 1 or bool(_INSIDE.search(word)) or word.startswith("®")


def _is_mixed(line: str) -> bool:
    return any(ord(char) > 0x17F and char.isalpha() for char in line)
