"""The code on a certificate, by which anybody may check it.

Written with the letters of the sign-in cards (members.cards), which a reader cannot
mistake. Sixteen of twenty letters are 69 bits: nobody guesses one, and the number of
a certificate tells nothing of its code.
"""

from __future__ import annotations

from members import cards

LENGTH = 16


def new_code() -> str:
    return cards.draw(LENGTH)


def read(text: str) -> str | None:
    """The code in what somebody typed, pasted or followed; None when it is none."""
    return cards.read(text, length=LENGTH)


def spaced(code: str) -> str:
    """As it is printed and linked: "4K7M-92PX-3HT8-C4FJ"."""
    return cards.spaced(code)
