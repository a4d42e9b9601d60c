"""Vietnamese phone numbers: stored as E.164, shown as people write them."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

# Mobile prefixes of eleven-digit numbers before 15 September 2018, and what they
# became (Ministry of Information and Communications, conversion plan of 2018).
_OLD_MOBILE = {
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0162": "032",
    "0163": "033",
    "0164": "034",
    "0165": "035",
    "0166": "036",
    "0167": "037",
    "0168": "038",
    "0169": "039",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}


class PhoneProblem(StrEnum):
    """Why a text is no phone number; whoever shows it has the words."""

    EMPTY = "empty"
    CHARACTERS = "characters"
    LENGTH = "length"
    UNKNOWN = "unknown"


class PhoneError(ValueError):
    """A text that cannot be read as one phone number."""

    def __init__(self, reason: PhoneProblem) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class PhoneReading:
    """A phone number as understood; `converted` if it had eleven digits once."""

    e164: str
    converted: bool = False


def parse_phone(text: str) -> str:
    """Return the number in E.164 ("+84912345678"); see `read_phone`."""
    return read_phone(text).e164


def read_phone(text: str) -> PhoneReading:
    """Read one phone number as people and spreadsheets write it.

    Accepts 0…, 84…, +84…, 0084…, spaces, dots, hyphens and brackets, the leading
    zero that Excel drops, and mobile numbers of eleven digits from before 2018,
    which are converted (tell the person when `converted` is set). Numbers of other
    countries need their "+" or "00". Raises PhoneError with a `reason`.
    """
    compact = _compact(text)
    if not compact:
        raise PhoneError(PhoneProblem.EMPTY)
    if not re.fullmatch(r"\+?[0-9]+", compact):
        raise PhoneError(PhoneProblem.CHARACTERS)
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    if compact.startswith("+") and not compact.startswith("+84"):
        return PhoneReading(_checked(compact))
    national = _national(compact)
    converted = len(national) == 11 and national[:4] in _OLD_MOBILE
    if converted:
        national = _OLD_MOBILE[national[:4]] + national[4:]
    return PhoneReading(_checked("+84" + national[1:]), converted)


def display_phone(e164: str) -> str:
    """Return "0912 345 678" for "+84912345678"; numbers from abroad keep their code.

    What is no E.164 number comes back unchanged.
    """
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if number.country_code == 84
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, style)


def _compact(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip().lstrip("'")
    # A number cell read as a float.
    text = re.sub(r"^(\d{9,12})\.0$", r"\1", text)
    return re.sub(r"[\s.()\-\u2010-\u2015\u200b\u2060\ufeff]", "", text)


def _national(digits: str) -> str:
    """Return the number with its leading zero, of ten or eleven digits."""
    if digits.startswith("+84"):
        digits = "0" + digits[3:].removeprefix("0")
    # "842345678" has nine digits: Excel's lost zero before 084, not the country code.
    elif digits.startswith("84") and len(digits) > 10:
        digits = "0" + digits[2:].removeprefix("0")
    elif not digits.startswith("0"):
        digits = "0" + digits
    if len(digits) not in (10, 11):
        raise PhoneError(PhoneProblem.LENGTH)
    return digits


def _checked(e164: str) -> str:
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException as error:
        raise PhoneError(PhoneProblem.UNKNOWN) from error
    if not phonenumbers.is_valid_number(number):
        raise PhoneError(PhoneProblem.UNKNOWN)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
