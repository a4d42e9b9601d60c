"""What staff read of a letter: everything but the links that act for its reader.

A confirmation carries the link that cancels the place, and whoever has it may press
it. Staff need the rest of the letter to answer "what did you write to me?", so such
letters are not secret; their links are shown without the part that opens them.
"""

from __future__ import annotations

import re

_LINK = re.compile(r"https?://[^\s<>\"]+")
# What cuts a link into parts; a colon or full stop belongs to signed parts.
_PART = re.compile(r"[^/?&=#]+")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WORDS = re.compile(r"[a-z]+(-[a-z0-9]+)*")
SHORTEST = 12
"""No key of ours is shorter; receipt codes and numbers are."""
HIDDEN = "…"


def without_keys(text: str) -> str:
    """The text with "…" for each part of a link that only its reader may know."""
    return _LINK.sub(lambda link: _mask(link[0]), text)


def _mask(link: str) -> str:
    scheme, _, rest = link.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host}{slash}" + _PART.sub(_mask_part, path)


def _mask_part(part: re.Match[str]) -> str:
    return HIDDEN if _is_key(part[0]) else part[0]


def _is_key(part: str) -> bool:
    """Signed and random parts; not the words and numbers of an address of ours."""
    bare = part.rstrip(".,;:)")
    if len(bare) < SHORTEST:
        return False
    if not _SLUG.fullmatch(bare):
        return True
    # Lower case and digits without a hyphen: a key in hexadecimal, unless all letters.
    return "-" not in bare and not _WORDS.fullmatch(bare)
