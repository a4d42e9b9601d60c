"""Numbers as people type them into a report: "12", " 1.234 ", "１２"."""

from __future__ import annotations

import re
import unicodedata

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from teams.models.report import BIGGEST

_GROUPED = re.compile(r"\d{1,3}([. ]\d{3})+")


class NumberProblem(TextChoices):
    """What is wrong with a number, as a sentence for beside the field."""

    NEGATIVE = "negative", _("A count cannot be less than 0.")
    FRACTION = "fraction", _("Whole numbers only, such as 12 or 1.234.")
    WORDS = "words", _("Digits only, such as 12: leave out words and signs.")
    HUGE = (
        "huge",
        _("That is more than 100.000 in one month: please look at it again."),
    )


class NumberError(ValueError):
    def __init__(self, reason: NumberProblem) -> None:
        super().__init__(reason.value)
        self.reason = reason


def read_number(text: str) -> int | None:
    """The number; None for nothing typed. Raises NumberError.

    A dot or a space between groups of three is the Vietnamese way to write
    thousands. A comma begins a fraction here, so that "1,234" is asked about.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
    if not plain:
        return None
    if re.fullmatch(r"-\s*[\d.,\s]+", plain):
        raise NumberError(NumberProblem.NEGATIVE)
    if _GROUPED.fullmatch(plain):
        plain = re.sub("[. ]", "", plain)
    if re.fullmatch(r"\d*[.,]\d+|\d+[.,]", plain):
        raise NumberError(NumberProblem.FRACTION)
    if not (plain.isascii() and plain.isdigit()):
        raise NumberError(NumberProblem.WORDS)
    if len(plain.lstrip("0")) > 6 or int(plain) > BIGGEST:
        raise NumberError(NumberProblem.HUGE)
    return int(plain)
