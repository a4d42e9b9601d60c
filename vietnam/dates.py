"""Dates and times as people in Việt Nam read them, in Vietnamese and English.

Moments are aware datetimes and are shown in Asia/Ho_Chi_Minh; a naive one raises
ValueError. `language` is a language code; all but English read Vietnamese.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
    "en": (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
}
_SHORT_WEEKDAYS = {
    "vi": ("T2", "T3", "T4", "T5", "T6", "T7", "CN"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def local(moment: datetime) -> datetime:
    """Return an aware moment in the time of Việt Nam."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(VIETNAM)


def local_day(day: date | datetime) -> date:
    """Return the calendar day in Việt Nam; a plain date is returned as it is."""
    return local(day).date() if isinstance(day, datetime) else day


def weekday(day: date | datetime, language: str = "vi") -> str:
    """Return "Thứ Hai" to "Chủ nhật"."""
    return _WEEKDAYS[_key(language)][local_day(day).weekday()]


def short_weekday(day: date | datetime, language: str = "vi") -> str:
    """Return "T2" to "CN"."""
    return _SHORT_WEEKDAYS[_key(language)][local_day(day).weekday()]


def day_text(day: date | datetime, language: str = "vi") -> str:
    """Return "Thứ Bảy 12/12/2026" or "Saturday 12 December 2026"."""
    day = local_day(day)
    if _key(language) == "en":
        return f"{weekday(day, 'en')} {_english(day)}"
    return f"{weekday(day)} {day.day:02}/{day.month:02}/{day.year:04}"


def time_text(moment: datetime) -> str:
    """Return the time of day on the 24-hour clock: "07:30"."""
    return f"{local(moment):%H:%M}"


def deadline_text(moment: datetime, language: str = "vi") -> str:
    """Return "23:59, Chủ nhật 15/03/2026" or "Sunday 15 March 2026, 23:59"."""
    if _key(language) == "en":
        return f"{day_text(moment, 'en')}, {time_text(moment)}"
    return f"{time_text(moment)}, {day_text(moment)}"


def through_its_minute(moment: datetime) -> datetime:
    """Return a typed deadline as people mean it: 23:59 ends as 00:00 begins.

    Only the last minute of an hour is meant so; 17:00 ends as 17:00 begins.
    """
    if moment.minute != 59:
        return moment
    return moment.replace(second=59, microsecond=999_999)


def official_date(day: date | datetime, language: str = "vi") -> str:
    """Return the date line of official papers: "ngày 05 tháng 02 năm 2026".

    Decree 30/2020/NĐ-CP, annex I: days below 10 and months 1 and 2 take a zero.
    """
    day = local_day(day)
    if _key(language) == "en":
        return _english(day)
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def _key(language: str) -> str:
    return "en" if language.lower().partition("-")[0] == "en" else "vi"


def _english(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
