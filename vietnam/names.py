"""Names of people: the given name comes last and lists are ordered by it.

A person keeps the name as typed, and beside it an editable sort name of the form
"Ánh, Nguyễn Thị" (given name, comma, the rest). Where the last word is not the
given name (H'Hen Niê), staff edit the sort name. The sort key is computed from it.
"""

import re
import unicodedata

from vietnam.fold import nfc
from vietnam.tones import split_tone

# The letters that follow their plain letter in the Vietnamese alphabet. The signs
# stand above z in ASCII, so that "an" < "anh" < "ăn" < "ân" < "b" byte by byte.
_LETTERS = {
    "ă": "a{",
    "â": "a|",
    "đ": "d{",
    "ê": "e{",
    "ô": "o{",
    "ơ": "o|",
    "ư": "u{",
}
_LETTER = re.compile(r"[^\W\d_]+")


def given_name(full_name: str) -> str:
    """Return the last word of a full name ("" for an empty one)."""
    words = nfc(full_name).split()
    return words[-1] if words else ""


def default_sort_name(full_name: str) -> str:
    """Return the sort name offered for a full name: "Ánh, Nguyễn Thị"."""
    words = nfc(full_name).replace(",", " ").split()
    if len(words) < 2:
        return " ".join(words)
    return f"{words[-1]}, {' '.join(words[:-1])}"


def sort_key(name: str) -> str:
    """Return an ASCII string whose byte order is the Vietnamese order of names.

    `name` is a sort name ("Ánh, Nguyễn Thị") or a full name ("Nguyễn Thị Ánh");
    both give the same key. Given names are compared first, then family names, then
    the words between, each by the letters of the alphabet (a ă â b c d đ e ê ...)
    and then by tone (ngang huyền hỏi ngã sắc nặng). Case, the place of the tone
    mark (Hoà, Hòa), apostrophes and hyphens make no difference.

    Store it in a column with the "C" collation: others skip punctuation.
    """
    if "," not in name:
        name = default_sort_name(name)
    return " ".join(filter(None, map(_word_key, nfc(name).split())))


def looks_miscased(name: str) -> bool:
    """Whether a name of two letters or more is written in one case throughout."""
    letters = "".join(_LETTER.findall(nfc(name)))
    return len(letters) > 1 and (letters.isupper() or letters.islower())


def title_case(name: str) -> str:
    """Return "Nguyễn Thị Ánh" for "NGUYỄN THỊ ÁNH"; offered, never imposed."""
    words = " ".join(nfc(name).split())
    return _LETTER.sub(lambda match: match[0].capitalize(), words)


def _word_key(word: str) -> str:
    letters, tones = [], []
    for char in word.casefold():
        bare, tone = split_tone(char)
        letters.append(_letter_key(bare))
        if tone:
            tones.append(str(tone))
    key = "".join(letters)
    # "!" sorts below every letter, so the tones only decide between equal words.
    return f"{key}!{''.join(tones) or '0'}" if key else ""


def _letter_key(letter: str) -> str:
    if letter in _LETTERS:
        return _LETTERS[letter]
    plain = "".join(
        char
        for char in unicodedata.normalize("NFKD", letter)
        if unicodedata.category(char) != "Mn"
    )
    # Letters of other scripts follow after z, by code point.
    return "".join(
        char if char.isascii() else f"~{ord(char):06x}"
        for char in plain
        if char.isalnum()
    )
