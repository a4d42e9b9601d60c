"""Every change by staff in one log: who, when, what, before and after.

Read from the events that triggers wrote and from the admin's own log, so nobody can
leave it out and nobody can erase it; erasing a person blanks what is theirs in it
(`members.history`), the line stays.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from members import history, history_page
from members.history_page import Source
from members.models import Person, Unit, User
from vietnam.dates import VIETNAM, local_day
from vietnam.fold import fold
from vietnam.formats import DAY_FIRST_DATES

DAYS = 7
"""Shown at first; a log of years is asked for by its days."""
MOST_DAYS = 366
YEARS = range(2020, 2101)


@dataclass(frozen=True)
class Asked:
    """What is looked for: days, and perhaps who, where and what."""

    first: dt.date
    last: dt.date
    people: frozenset[int] | None = None
    """Accounts; None for everybody, the system included."""
    units: frozenset[int] | None = None
    model: type[Model] | None = None

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """Half-open, as all windows are."""
        begin = dt.datetime.combine(self.first, dt.time(), VIETNAM)
        after = self.last + dt.timedelta(days=1)
        return begin, dt.datetime.combine(after, dt.time(), VIETNAM)


@dataclass(frozen=True)
class _Found(Source):
    """The events of one table that are asked for, whichever row they tell of."""

    asked: Asked | None = None

    @property
    def is_part(self) -> bool:
        """Each line says what it is about."""
        return True

    def events(self, row: Model | None) -> QuerySet:
        begin, end = self.asked.span
        rows = self.model._base_manager.filter(
            pgh_created_at__gte=begin, pgh_created_at__lt=end
        )
        if self.asked.people is not None:
            rows = rows.filter(pgh_context__user__in=list(self.asked.people))
        if self.asked.units is not None:
            rows = rows.filter(**{f"{_unit_field(self.model)}__in": self.asked.units})
        return rows


def read(asked: Asked, request: HttpRequest) -> Page:
    """A page of the log, the latest first; queries bounded whatever its length."""
    return history_page.read_all(_log(asked), _sources(asked), request)


def _sources(asked: Asked) -> list[_Found]:
    tables = history.event_models()
    if asked.model is not None:
        tables = [t for t in tables if t.pgh_tracked_model is asked.model]
    if asked.units is not None:
        tables = [t for t in tables if _unit_field(t)]
    return [_Found(table, asked=asked) for table in tables]


def _unit_field(table: type[Model]) -> str:
    """The column that says whose the row is; "" where another table says it."""
    if table.pgh_tracked_model is Unit:
        return "pgh_obj"
    try:
        column = table._meta.get_field("unit")
    except FieldDoesNotExist:
        return ""
    return "unit" if column.related_model is Unit else ""


def _log(asked: Asked) -> QuerySet[LogEntry]:
    """What the admin's own log tells in words of its own."""
    begin, end = asked.span
    log = LogEntry.objects.filter(action_time__gte=begin, action_time__lt=end)
    # What the forms log, the events tell better where there are any.
    kept = [table.pgh_tracked_model for table in history.event_models()]
    kinds = ContentType.objects.get_for_models(*kept).values()
    by_form = Q(change_message__startswith="[") | Q(change_message="")
    log = log.exclude(by_form, content_type__in=kinds)
    if asked.people is not None:
        log = log.filter(user__in=asked.people)
    if asked.model is not None:
        log = log.filter(content_type=ContentType.objects.get_for_model(asked.model))
    return log.none() if asked.units is not None else log


class LogForm(forms.Form):
    """What to look for; empty says the last seven days of everybody."""

    first = forms.DateField(
        label=_("From"), required=False, input_formats=DAY_FIRST_DATES
    )
    last = forms.DateField(
        label=_("Until"), required=False, input_formats=DAY_FIRST_DATES
    )
    who = forms.CharField(
        label=_("By whom (name or email)"), required=False, max_length=100
    )
    unit = forms.CharField(label=_("Unit"), required=False, max_length=100)
    model = forms.ChoiceField(label=_("What"), required=False)

    def __init__(self, *args, now: dt.datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = local_day(now)
        self.models = {
            table.pgh_tracked_model._meta.label_lower: table.pgh_tracked_model
            for table in history.event_models()
        }
        named = [
            (key, capfirst(str(model._meta.verbose_name_plural)))
            for key, model in self.models.items()
        ]
        everything = [("", _("Everything"))]
        self.fields["model"].choices = everything + sorted(named, key=lambda n: n[1])

    def clean(self) -> dict:
        cleaned = super().clean()
        for name in ("first", "last"):
            day = cleaned.get(name)
            if day and day.year not in YEARS:
                self.add_error(name, _("Look at the year once more."))
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("The last day lies before the first."))
        elif first and ((last or self.today) - first).days > MOST_DAYS:
            self.add_error("first", _("Ask for a year at most."))
        return cleaned

    def asked(self) -> Asked:
        """What was typed, as far as it can be read."""
        typed = self.cleaned_data if self.is_valid() else {}
        last = typed.get("last") or self.today
        first = typed.get("first") or last - dt.timedelta(days=DAYS - 1)
        return Asked(
            first=first,
            last=last,
            people=_accounts(typed["who"]) if typed.get("who") else None,
            units=_units(typed["unit"]) if typed.get("unit") else None,
            model=self.models.get(typed.get("model", "")),
        )


def _accounts(text: str) -> frozenset[int]:
    named = Person.objects.found_by(text).values("pk")
    users = User.objects.filter(Q(email__iexact=text.strip()) | Q(person__in=named))
    return frozenset(users.values_list("pk", flat=True))


def _units(text: str) -> frozenset[int]:
    roots = Unit.objects.filter(folded_name__contains=fold(text))
    keys = list(roots.values_list("pk", flat=True)[:50])
    return frozenset(Unit.objects.subtree(*keys).values_list("pk", flat=True))
