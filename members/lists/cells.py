"""What one cell of a list says, however the spreadsheet or the typist wrote it.

Each reader takes the cell's value (text, number, date, truth or nothing) and returns
what it means; it raises CellRefused with a sentence for whoever made the list.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Set
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content.fields import clean_line
from content.odd_addresses import why_odd
from members.forms import OLDEST, PHONE_PROBLEMS
from vietnam.fold import fold
from vietnam.phones import PhoneError, PhoneProblem, PhoneReading, read_phone

# Day 1 is 1 January 1900; two days off, because Excel knows a 29 February 1900.
SERIAL_ZERO = dt.date(1899, 12, 30)
SERIALS = range(7000, 80_000)  # 1919 to 2119; a year is a smaller number

_EXCEL_ERRORS = {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}


class _Uncounted:
    """A formula that no program has worked out yet."""

    def __str__(self) -> str:
        return "=…"


UNCOUNTED = _Uncounted()


class CellRefused(Exception):
    """The cell cannot be read; `sentence` says why and what would do."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def text_of(value: Any, max_length: int) -> str:
    """The cell as one clean line; numbers without ".0", dates as 05/03/2026."""
    if value is None:
        return ""
    if value is UNCOUNTED or value == str(UNCOUNTED):
        raise CellRefused(_("This formula has no value. Paste the value itself."))
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(clean_line(str(value)).split())
    if text in _EXCEL_ERRORS:
        raise CellRefused(_("The formula in this cell has an error."))
    if "\ufffd" in text or re.search(r"\w\?\?\w", text):
        raise CellRefused(_("Letters got lost in this cell. Type it anew."))
    if len(text) > max_length:
        raise CellRefused(
            _("The text is too long; at most %(number)d letters fit.")
            % {"number": max_length}
        )
    return text


def name_of(value: Any) -> str:
    """A person's full name; "" for an empty cell."""
    name = text_of(value, 120)
    if not name:
        return ""
    words = name.split()
    if any(map(str.isdigit, name)) or not all(any(map(str.isalpha, w)) for w in words):
        raise CellRefused(_("A name has letters only."))
    if len(words) < 2:
        raise CellRefused(
            _("Write family name and given name, such as Nguyễn Thị Ánh.")
        )
    return " ".join(words)


def born_of(value: Any, *, today: dt.date) -> tuple[dt.date | None, int | None]:
    """Date and year of birth; the year alone, or neither."""
    year = year_of(value)
    if year is not None:
        day = None
    else:
        day = date_of(value, today=today)
        year = day.year if day else None
    if year is not None and not today.year - OLDEST <= year <= today.year:
        raise CellRefused(_("Look at the year once more."))
    return day, year


def year_of(value: Any) -> int | None:
    """A year of birth written without its day; None for anything else."""
    text = "" if isinstance(value, dt.date | bool) else text_of(value, 200)
    # "1998", and "05/1998", of which the year is what counts.
    match = re.fullmatch(r"(?:\d\d?\s*[/.-]\s*)?((?:19|20)\d\d)", text)
    return int(match[1]) if match else None


def date_of(value: Any, *, today: dt.date) -> dt.date | None:
    """A day that is not ahead: a date, a date's serial number, or 05/03/2026."""
    if value is None or value == "":
        return None
    day = _date(value)
    if day is None:
        raise CellRefused(_("Write day, month and year, such as 19/05/2008."))
    if day > today:
        raise CellRefused(_("This day has not come yet."))
    return day


def _date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = "" if isinstance(value, bool) else text_of(value, 200)
    if text.isascii() and text.isdigit():
        if int(text) in SERIALS:
            return SERIAL_ZERO + dt.timedelta(days=int(text))
        # 19052008, and 5032008 where the spreadsheet dropped the zero.
        if len(text) in (7, 8):
            text = text.zfill(8)
            text = f"{text[:2]}/{text[2:4]}/{text[4:]}"
    match = re.fullmatch(r"(\d\d?)\s*[/.\s-]\s*(\d\d?)\s*[/.\s-]\s*(\d{4})", text)
    numbers = [match[3], match[2], match[1]] if match else None
    if match := re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)(?:[ T]00:00(?::00)?)?", text):
        numbers = [match[1], match[2], match[3]]
    try:
        return dt.date(*map(int, numbers)) if numbers else None
    except ValueError:
        return None


def number_of(value: Any) -> int | None:
    """How many: a whole number from 0 on, also written 1.250."""
    text = text_of(value, 40)
    if not text:
        return None
    digits = re.sub(r"(?<=\d)[.\s](?=\d{3}(?:\D|$))", "", text)
    digits = re.sub(r"\s*(?:ho|households)$", "", fold(digits))
    if not re.fullmatch(r"[0-9]{1,6}", digits):
        raise CellRefused(_("Write a whole number, such as 120."))
    return int(digits)


def word_of(value: Any, meanings: Mapping[Any, Set[str]], sentence: Promise) -> Any:
    """What the folded word in the cell stands for; None for an empty cell."""
    word = fold(text_of(value, 200)).replace("/", " ").strip(" .")
    if not word:
        return None
    for meaning, words in meanings.items():
        if word in words:
            return meaning
    raise CellRefused(sentence)


def phone_of(value: Any) -> PhoneReading | None:
    """A phone number; the lost leading zero comes back."""
    text = text_of(value, 200)
    try:
        return read_phone(text)
    except PhoneError as error:
        if error.reason == PhoneProblem.EMPTY:
            return None
        raise CellRefused(PHONE_PROBLEMS[error.reason]) from error


def email_of(value: Any) -> str:
    """An e-mail address in lower case; "" for an empty cell."""
    address = text_of(value, 254).lower()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError as error:
        raise CellRefused(
            _("This is no email address, such as ten@example.com.")
        ) from error
    if odd := why_odd(address):
        raise CellRefused(odd)
    return address
