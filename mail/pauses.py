"""When letters that can wait do wait: at night, and over Tết.

Asked when a letter is written and again when it is claimed, because a queue, a retry
or a server that was away may carry a letter into hours it was not written for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.utils.translation import get_language, gettext

from mail import kinds
from mail.kinds import Wait
from vietnam.dates import VIETNAM, day_text, deadline_text, local_day
from vietnam.hours import next_allowed
from vietnam.lunar import in_tet_holiday


def leaves_at(
    kind: str, moment: datetime, not_after: datetime | None = None
) -> datetime:
    """The first moment from `moment` on at which a letter of this kind may leave.

    A letter that would be too late afterwards cannot wait: then only the night is
    waited for, or nothing at all.
    """
    known = kinds.registry.get(kind)
    wait = known.waits if known else Wait.NOTHING
    if wait is Wait.NOTHING:
        return moment
    if wait is Wait.TET:
        after = after_tet(next_allowed(moment))
        if not_after is None or after < not_after:
            return after
    morning = next_allowed(moment)
    if not_after is None or morning < not_after:
        return morning
    return moment


def after_tet(moment: datetime) -> datetime:
    """The first morning after the holiday that `moment` falls into, or `moment`."""
    if not in_tet_holiday(moment):
        return moment
    return datetime.combine(holiday_around(moment)[1], time(7), VIETNAM)


def holiday_around(moment: datetime | date) -> tuple[date, date]:
    """The first day of the holiday that `moment` falls into, and the first after it."""
    day = first = local_day(moment) if isinstance(moment, datetime) else moment
    while in_tet_holiday(first - timedelta(days=1)):
        first -= timedelta(days=1)
    while in_tet_holiday(day):
        day += timedelta(days=1)
    return first, day


def note(kind: str, now: datetime) -> str:
    """To staff who are about to write: when these letters leave, if not at once."""
    leaves = leaves_at(kind, now)
    if leaves == now:
        return ""
    language = get_language() or "vi"
    values = {"moment": deadline_text(leaves, language)}
    if in_tet_holiday(now):
        text = gettext("It is Tết: these letters can wait, and leave at %(moment)s.")
    else:
        text = gettext("Nobody is written to at night: they leave at %(moment)s.")
    return text % values


def tet_note(dates: Mapping[str, datetime | None], now: datetime) -> str:
    """To staff who have set dates: which of those still ahead fall into Tết, if any.

    `dates` by what they are called. Letters about them are held back or sent before
    the holiday, so nobody reads them on the day that staff may have in mind.
    """
    within = {
        name: moment
        for name, moment in dates.items()
        if moment is not None and moment > now and in_tet_holiday(moment)
    }
    if not within:
        return ""
    language = get_language() or "vi"
    first, after = holiday_around(min(within.values()))
    return gettext(
        "These dates fall into Tết (%(first)s to %(last)s): %(dates)s. In these days"
        " reminders are sent on the evening before the holiday, and letters that can"
        " wait leave at 07:00 on %(after)s. Would other days suit better?"
    ) % {
        "first": day_text(first, language),
        "last": day_text(after - timedelta(days=1), language),
        "after": day_text(after, language),
        "dates": ", ".join(
            f"{name} {deadline_text(moment, language)}"
            for name, moment in within.items()
        ),
    }


class TellsOfTet:
    """For admins whose rows set dates that letters go by; before `ModelAdmin`."""

    tet_dates: tuple[str, ...] = ()
    """Names of date fields."""

    def dates_of(self, obj) -> dict[str, datetime | None]:
        """What to look at, by the name that staff know it by."""
        return {
            str(obj._meta.get_field(name).verbose_name): getattr(obj, name)
            for name in self.tet_dates
        }

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        if text := tet_note(self.dates_of(form.instance), request.now):
            self.message_user(request, text, messages.WARNING)
