"""Codes that are read out over the telephone."""

from __future__ import annotations

import secrets

# Without 0/O, 1/I/L: a receipt code is read out over the telephone.
CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_code() -> str:
    """Eight letters and digits, about 39 bits: unguessable enough, short to read."""
    return "".join(secrets.choice(CODE_LETTERS) for _letter in range(8))
