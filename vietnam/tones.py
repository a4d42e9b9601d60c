"""Tone marks: one spelling for hoà and hòa, and the order of the six tones."""

import re
import unicodedata

from vietnam.fold import nfc

# Combining marks in dictionary order: (ngang,) huyền, hỏi, ngã, sắc, nặng.
TONE_MARKS = "\u0300\u0309\u0303\u0301\u0323"

# An open syllable in oa, oe or uy with its tone on the second vowel (the school
# spelling of decision 1989/QĐ-BGDĐT 2018, article 8: hoà, khoẻ, thuỷ). After q
# the u belongs to the consonant: quý stays.
_MOVABLE = re.compile(
    r"(?:(o)([àảãáạèẻẽéẹ])|(?<!q)(u)([ỳỷỹýỵ]))\b(?![\u0300-\u036f])", re.IGNORECASE
)


def canonical(text: str) -> str:
    """Return `text` with the tone marks placed as laws and the press place them.

    Hoà becomes hòa, thuỷ becomes thủy; quý, Quỳnh and hoàn stay. Only for
    comparing: nobody's name or text is ever rewritten.
    """
    return _MOVABLE.sub(_move_tone, nfc(text))


def split_tone(letter: str) -> tuple[str, int]:
    """Return a letter without its tone, and the tone from 0 (ngang) to 5 (nặng)."""
    tone, rest = 0, []
    for char in unicodedata.normalize("NFD", letter):
        if char in TONE_MARKS:
            tone = TONE_MARKS.index(char) + 1
        else:
            rest.append(char)
    return nfc("".join(rest)), tone


def _move_tone(match: re.Match[str]) -> str:
    first, second = (group for group in match.groups() if group)
    bare, tone = split_tone(second)
    return nfc(first + TONE_MARKS[tone - 1]) + bare
