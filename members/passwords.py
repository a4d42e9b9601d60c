"""Passwords that everybody in Việt Nam thinks of first."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from vietnam.fold import fold

COMMON = Path(__file__).with_name("common_passwords.txt")
_EDGES = re.compile(r"^[\d\W_]+|[\d\W_]+$")


@cache
def common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


class VietnamesePasswordValidator:
    """Refuses common Vietnamese words with or without accents, spaces and digits.

    Django's own list of 20,000 knows "iloveyou1" and not "anhyeuem1". "Anh yêu em
    2005!" is the word "anhyeuem" to whoever guesses, and so it is here.
    """

    def validate(self, password: str, user=None) -> None:
        plain = re.sub(r"\s", "", fold(password))
        if plain in common() or _EDGES.sub("", plain) in common():
            raise ValidationError(
                _("This password is one of the first that anybody would guess."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("Your password must not be a common Vietnamese word or phrase.")
