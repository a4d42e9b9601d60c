"""How the lists of sessions are narrowed, and what a month looks like."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from urllib.parse import urlencode

from django.db.models import Max, Min
from django.http import Http404, HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import Unit
from training.models import SessionKind, TrainingSession
from training.querysets import SessionQuerySet
from vietnam.dates import VIETNAM, local_day

Mode = TrainingSession.Mode
KIND, UNIT, MODE, FREE = "loai", "don-vi", "cach", "con-cho"
CACHED = (KIND, UNIT, MODE)
"""What may choose a page of the page cache. `con-cho` may not: places change without
renewing pages, so a list of what has free places is asked anew each time."""
LONGEST = 150
DAY = dt.timedelta(days=1)
EARLIEST, LATEST = 2000, 2100

MODES: dict[str, tuple[str | Promise, list[str]]] = {
    "truc-tuyen": (_("Online, or on site and online"), [Mode.ONLINE, Mode.HYBRID]),
    "tai-cho": (_("On site, or on site and online"), [Mode.ONSITE, Mode.HYBRID]),
}


@dataclass(frozen=True)
class Filters:
    """What the address says; nothing chosen is everything."""

    kind: str = ""
    unit: str = ""
    mode: str = ""
    free: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> Filters:
        """Raises Http404 for a value that nobody can have chosen."""
        said = {name: request.GET.get(name, "") for name in (*CACHED, FREE)}
        if max(map(len, said.values())) > LONGEST or "\x00" in "".join(said.values()):
            raise Http404("no such filter")
        if said[MODE] not in {"", *MODES} or said[FREE] not in {"", "1"}:
            raise Http404("no such filter")
        return cls(said[KIND], said[UNIT], said[MODE], free=bool(said[FREE]))

    def narrow(self, rows: SessionQuerySet, *, now: dt.datetime) -> SessionQuerySet:
        """A unit stands for all below it. Raises Http404 for one that is not there."""
        if self.kind:
            rows = rows.filter(kind__code=self.kind)
        if self.unit:
            ids = list(Unit.objects.filter(slug=self.unit).values_list("pk", flat=True))
            if not ids:
                raise Http404("no such unit")
            rows = rows.filter(unit__in=Unit.objects.with_past(*ids).order_by())
        if self.mode:
            rows = rows.filter(mode__in=MODES[self.mode][1])
        if self.free:
            rows = rows.with_free_places(now)
        return rows

    @property
    def query(self) -> str:
        """As the end of an address: "" or "?loai=tap-huan"."""
        said = {KIND: self.kind, UNIT: self.unit, MODE: self.mode}
        pairs = {name: value for name, value in said.items() if value}
        if self.free:
            pairs[FREE] = "1"
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def calendar_query(self) -> str:
        """For a calendar that follows: what has free places now says little there."""
        return replace(self, free=False).query

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(self))


@dataclass(frozen=True)
class Choice:
    value: str
    label: str | Promise
    chosen: bool


def kind_choices(filters: Filters) -> list[Choice]:
    rows = SessionKind.objects.values_list("code", "name")
    return [Choice(code, name, code == filters.kind) for code, name in rows]


def unit_choices(filters: Filters, rows: SessionQuerySet) -> list[Choice]:
    """The units that host one of these sessions, and the one that is chosen."""
    hosts = rows.order_by().values("unit")
    units = Unit.objects.filter(pk__in=hosts)
    if filters.unit:
        units = units | Unit.objects.filter(slug=filters.unit)
    return [
        Choice(unit.slug, str(unit), unit.slug == filters.unit)
        for unit in units.order_by("folded_name", "pk")
    ]


def mode_choices(filters: Filters) -> list[Choice]:
    return [
        Choice(value, label, value == filters.mode)
        for value, (label, _modes) in MODES.items()
    ]


@dataclass
class Day:
    date: dt.date
    inside: bool
    """Whether it belongs to the month that is shown."""
    is_today: bool
    sessions: list[TrainingSession] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """`before` and `after` are None where no session lies further that way."""

    first: dt.date
    weeks: list[list[Day]]
    before: dt.date | None
    after: dt.date | None

    @property
    def is_empty(self) -> bool:
        return not any(
            day.sessions for week in self.weeks for day in week if day.inside
        )


def month_of(
    rows: SessionQuerySet, year: int, month: int, *, now: dt.datetime
) -> Month:
    """The month with its sessions; three queries. Raises Http404 for one far off."""
    if not (EARLIEST <= year <= LATEST and 1 <= month <= 12):
        raise Http404("no such month")
    first = dt.date(year, month, 1)
    after = (first + 31 * DAY).replace(day=1)
    edges = rows.order_by().aggregate(first=Min("starts_at"), last=Max("ends_at"))
    today = local_day(now)
    earliest = min(local_day(edges["first"] or now), today).replace(day=1)
    latest = max(local_day(edges["last"] or now), today).replace(day=1)
    if not earliest <= first <= latest:
        raise Http404("nothing so far off")
    begin, end = (
        dt.datetime.combine(day, dt.time(), VIETNAM) for day in (first, after)
    )
    inside = rows.filter(starts_at__lt=end, ends_at__gt=begin)
    by_day = _by_day(inside.order_by("starts_at", "id").prefetch_related("slots"))
    weeks = [
        [
            Day(
                date=date,
                inside=date.month == month,
                is_today=date == today,
                sessions=by_day.get(date, []),
            )
            for date in week
        ]
        for week in calendar.Calendar().monthdatescalendar(year, month)
    ]
    return Month(
        first=first,
        weeks=weeks,
        before=(first - DAY).replace(day=1) if earliest < first else None,
        after=after if after <= latest else None,
    )


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), VIETNAM)


def _by_day(
    rows: Iterable[TrainingSession],
) -> dict[dt.date, list[TrainingSession]]:
    found = defaultdict(list)
    for session in rows:
        for date in sorted(set(_days(session))):
            found[date].append(session)
    return found


def _days(session: TrainingSession) -> Iterator[dt.date]:
    """The days of its half-days; without any, each day from start to end."""
    slots = list(session.slots.all())
    if slots:
        yield from (local_day(slot.starts_at) for slot in slots)
        return
    date, last = local_day(session.starts_at), local_day(session.ends_at)
    while date <= last:
        yield date
        date += DAY
