"""Dates, times, phones and numbers in the language of the page.

An empty value shows as nothing.
"""

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import get_language

from vietnam import dates, phones

register = template.Library()


def _language() -> str:
    return get_language() or "vi"


@register.filter
def deadline(moment):
    """{{ session.closes_at|deadline }}: "23:59, Chủ nhật 15/03/2026"."""
    return dates.deadline_text(moment, _language()) if moment else ""


@register.filter
def day(value):
    """{{ slot.starts_at|day }}: "Thứ Bảy 12/12/2026"."""
    return dates.day_text(value, _language()) if value else ""


@register.filter
def clock_time(moment):
    """{{ slot.starts_at|clock_time }}: "07:30"."""
    return dates.time_text(moment) if moment else ""


@register.filter
def weekday_short(value):
    """{{ slot.starts_at|weekday_short }}: "T7"."""
    return dates.short_weekday(value, _language()) if value else ""


@register.filter
def official_day(value):
    """{{ letter.date|official_day }}: "ngày 05 tháng 02 năm 2026"."""
    return dates.official_date(value, _language()) if value else ""


@register.filter
def phone(e164):
    """{{ person.phone|phone }}: "0912 345 678"."""
    return phones.display_phone(e164) if e164 else ""


@register.filter
def group_digits(number):
    """{{ total|group_digits }}: "1.234.567"; never for years."""
    return "" if number in (None, "") else intcomma(number)
