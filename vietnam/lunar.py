"""When Tết is, by the rules of the Vietnamese calendar.

The lunar month begins on the day, in Việt Nam (UTC+7), of the new moon; the month
with the winter solstice is the eleventh; a year of thirteen months repeats the
first month in which the sun enters no new sign of 30 degrees. Tết is the first day
of the first month. China reckons in UTC+8, so a Chinese calendar is a day or a
month off now and then (1985, 2007, 2030).

Sources: Jean Meeus, Astronomical Algorithms, 2nd edition, chapters 25 (the sun) and
49 (new moons); the rules as Hồ Ngọc Đức documents them in "Computing the Vietnamese
lunar calendar". Against these formulas the new moon is right to about ten seconds
and the sun to 0.01 degrees, a quarter of an hour.
"""

from datetime import date, datetime, timedelta
from functools import cache
from math import fmod, radians, sin

from vietnam.dates import local_day

# Việt Nam has reckoned in UTC+7 throughout since 1976. Beyond 2099 nobody can yet
# say how far the turning of the earth will lag behind uniform time.
FIRST_YEAR, LAST_YEAR = 1976, 2099

_JULIAN_DAY_OF_2000 = 2451545.0
_MEAN_MONTH = 29.530588861
_UTC_OFFSET = 7 / 24
_DELTA_T = 68 / 86400  # uniform time minus universal time, 47 to 93 s in our years

# Coefficient in days, power of E, and multiples of M (sun), M' (moon), F (node).
_NEW_MOON_TERMS = (
    (-0.40720, 0, 0, 1, 0),
    (0.17241, 1, 1, 0, 0),
    (0.01608, 0, 0, 2, 0),
    (0.01039, 0, 0, 0, 2),
    (0.00739, 1, -1, 1, 0),
    (-0.00514, 1, 1, 1, 0),
    (0.00208, 2, 2, 0, 0),
    (-0.00111, 0, 0, 1, -2),
    (-0.00057, 0, 0, 1, 2),
    (0.00056, 1, 1, 2, 0),
    (-0.00042, 0, 0, 3, 0),
    (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2),
    (-0.00024, 1, -1, 2, 0),
    (-0.00007, 0, 2, 1, 0),
    (0.00004, 0, 0, 2, -2),
    (0.00004, 0, 3, 0, 0),
    (0.00003, 0, 1, 1, -2),
    (0.00003, 0, 0, 2, 2),
    (-0.00003, 0, 1, 1, 2),
    (0.00003, 0, -1, 1, 2),
    (-0.00002, 0, -1, 1, -2),
    (-0.00002, 0, 1, 3, 0),
    (0.00002, 0, 0, 4, 0),
)
# Coefficient in days, angle at k = 0 and its change per month: the planets.
_PLANETARY_TERMS = (
    (0.000325, 299.77, 0.107408),
    (0.000165, 251.88, 0.016321),
    (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478),
    (0.000110, 84.66, 18.206239),
    (0.000062, 141.74, 53.303771),
    (0.000060, 207.14, 2.453732),
    (0.000056, 154.84, 7.306860),
    (0.000047, 34.52, 27.261239),
    (0.000042, 207.19, 0.121824),
    (0.000040, 291.34, 1.844379),
    (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099),
    (0.000023, 331.55, 3.592518),
)


@cache
def tet(year: int) -> date:
    """Return mùng 1 Tết (the Lunar New Year) of a calendar year, 1976 to 2099.

    Raises ValueError outside these years.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Tết is known from {FIRST_YEAR} to {LAST_YEAR}")
    eleventh = _eleventh_month(year - 1)
    months = _eleventh_month(year) - eleventh
    # The twelfth month lies between, and a leap month after either of the two.
    leap = months == 13 and any(_is_without_entry(eleventh + n) for n in (1, 2))
    return _month_start(eleventh + 2 + leap)


def lunar_day(year: int, month: int, day: int) -> date:
    """Return a day of the lunar year that begins with `tet(year)`; leap months aside.

    `lunar_day(2026, 3, 10)` is giỗ Tổ Hùng Vương of 2026. Months 1 to 10; raises
    ValueError beyond them and outside the years of `tet`.
    """
    if not 1 <= month <= 10:
        raise ValueError("months 1 to 10 only")
    number, label = _month_of(tet(year)), 1
    eleventh = _eleventh_month(year - 1)
    has_leap = _eleventh_month(year) - eleventh == 13
    # The leap month is the first without an entry; one before Tết is behind us.
    has_leap &= not any(_is_without_entry(n) for n in range(eleventh + 1, number))
    while label < month:
        number += 1
        if has_leap and _is_without_entry(number):
            has_leap = False
        else:
            label += 1
    return _month_start(number) + timedelta(days=day - 1)


def in_tet_holiday(day: date | datetime) -> bool:
    """Whether a day lies between 23 tháng Chạp and mùng 7 Tết, both included."""
    day = local_day(day)
    first, last = _tet_holiday(day.year)
    return first <= day <= last


@cache
def _tet_holiday(year: int) -> tuple[date, date]:
    first = tet(year)
    # Tháng Chạp has 29 or 30 days, so its 23rd is counted from its own first day.
    chap = _month_start(_month_of(first) - 1)
    return chap + timedelta(days=22), first + timedelta(days=6)


def _eleventh_month(year: int) -> int:
    """The number of the month that holds the winter solstice (270 degrees)."""
    number = _month_of(date(year, 12, 31))
    # A month that begins with 270 degrees already behind it comes too late.
    while _sign_at_start(number) >= 9:
        number -= 1
    return number


def _month_of(day: date) -> int:
    """The number of the month that `day` lies in, counted from January 2000."""
    days = day.toordinal() - date(2000, 1, 6).toordinal()
    number = round(days / _MEAN_MONTH) + 1
    while _month_start(number) > day:
        number -= 1
    return number


@cache
def _month_start(number: int) -> date:
    return _civil_day(_new_moon(number))


@cache
def _sign_at_start(number: int) -> int:
    """Which twelfth of its way (0 to 11) the sun is in as a month's first day begins.

    Two months that begin in the same twelfth: the first of them holds no entry.
    """
    midnight = _month_start(number).toordinal() + 1721424.5 - _UTC_OFFSET
    return int(_sun_longitude(midnight + _DELTA_T) // 30)


def _is_without_entry(number: int) -> bool:
    """Whether the sun enters no new sign in that month."""
    return _sign_at_start(number) == _sign_at_start(number + 1)


def _civil_day(julian_day: float) -> date:
    """The day in Việt Nam on which a moment of uniform time falls."""
    return date.fromordinal(int(julian_day - _DELTA_T + _UTC_OFFSET - 1721424.5))


def _new_moon(k: int) -> float:
    """Julian day (uniform time) of new moon number k; k = 0 is 6 January 2000."""
    t = k / 1236.85
    mean = 2451550.09766 + _MEAN_MONTH * k + t * t * (0.00015437 - 0.000000150 * t)
    eccentricity = 1 - t * (0.002516 + 0.0000074 * t)
    sun = 2.5534 + 29.10535670 * k - 0.0000014 * t * t
    moon = 201.5643 + 385.81693528 * k + t * t * (0.0107582 + 0.00001238 * t)
    node_distance = 160.7108 + 390.67050284 * k - t * t * (0.0016118 + 0.00000227 * t)
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t * t
    correction = -0.00017 * _sin(node)
    for size, power, *multiples in _NEW_MOON_TERMS:
        angle = multiples[0] * sun + multiples[1] * moon + multiples[2] * node_distance
        correction += size * eccentricity**power * _sin(angle)
    for size, start, rate in _PLANETARY_TERMS:
        correction += size * _sin(start + rate * k)
    return mean + correction


def _sun_longitude(julian_day: float) -> float:
    """Apparent longitude of the sun in degrees, 0 to 360."""
    t = (julian_day - _JULIAN_DAY_OF_2000) / 36525
    anomaly = 357.52911 + t * (35999.05029 - 0.0001537 * t)
    centre = (
        (1.914602 - t * (0.004817 + 0.000014 * t)) * _sin(anomaly)
        + (0.019993 - 0.000101 * t) * _sin(2 * anomaly)
        + 0.000289 * _sin(3 * anomaly)
    )
    mean = 280.46646 + t * (36000.76983 + 0.0003032 * t)
    nutation = -0.00569 - 0.00478 * _sin(125.04 - 1934.136 * t)
    return (mean + centre + nutation) % 360


def _sin(degrees: float) -> float:
    return sin(radians(fmod(degrees, 360)))
