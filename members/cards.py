"""The code on a card from the secretary: how it is made, read and kept.

Written for somebody who reads it out to a friend and for a thumb on a cheap phone:
twelve characters in three groups, in capitals, without look-alikes (0 O, 1 I L, 2 Z,
5 S, 6 G, 8 B). There is no vowel, D or W in it, so that neither Telex nor VNI turns
two keys into a Vietnamese letter, and no code spells a word.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import unicodedata

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

ALPHABET = "23456789CFHJKMNPRTVX"
GROUPS, GROUP = 3, 4
LENGTH = GROUPS * GROUP  # of 20 characters each: 51.8 bits

LIFETIME = dt.timedelta(days=30)
"""From issue to first use: a secretary meets the branch once a month."""
SESSION = dt.timedelta(days=180)
"""How long the phone stays signed in; coming back otherwise costs another card."""
SECOND_CLICK = dt.timedelta(minutes=15)
"""So long may the same browser repeat its use: the answer may have got lost."""

# What a reader's eye makes of a character on the card.
_SEEN_AS = str.maketrans("BSZG", "8526")


def new_code() -> str:
    """A new code, as it is printed: "4K7M-92PX-3HT8"."""
    return spaced(draw(LENGTH))


def draw(length: int) -> str:
    """That many random characters of the alphabet, not to be guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def read(text: str, *, length: int = LENGTH) -> str | None:
    """The code in what somebody typed, pasted or followed; None when it is none.

    Case, gaps, hyphens and full-width characters make no difference.
    """
    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    code = "".join(filter(str.isalnum, plain)).translate(_SEEN_AS)
    fits = len(code) == length and set(code) <= set(ALPHABET)
    return code if fits else None


def spaced(code: str) -> str:
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def first_group(text: str) -> str:
    """What the tight limit counts by: the first group, right or wrong."""
    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    return "".join(filter(str.isalnum, plain)).translate(_SEEN_AS)[:GROUP]


def digest(code: str) -> str:
    """What is stored. Keyed, because 52 bits alone could be tried out offline.

    With a new SECRET_KEY the cards that are still out stop working.
    """
    return salted_hmac("members.cards", code, algorithm="sha256").hexdigest()


def browser_digest(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest() if browser else ""


def link(code: str) -> str:
    """Where the QR code leads."""
    return settings.SITE_URL + reverse("cards:enter", args=[code])


def masked(full_name: str) -> str:
    """Enough for its owner, little for a stranger: "N. T. Ánh"."""
    words = full_name.split()
    return " ".join([*(f"{word[0]}." for word in words[:-1]), *words[-1:]])
