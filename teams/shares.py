"""Four shares of the programme: villages with a team, teams with a Union member, teams
trained this year, teams that reported in time.

Everything is read once and asked for as many days as a page shows; nothing is stored.
What a team was on a day (its unit, its members) is told by rows with dates, so that a
merger of units changes no figure of a past month: it only moves to the successor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.lists.units import bare
from teams import months, trained
from teams.communes import Communes
from teams.coverage import percent_text
from teams.models import DigitalTeam, Report, TeamMember
from teams.reports.rules import due_on
from teams.units import Span, Units, Village
from vietnam.dates import local_day


class Kind(TextChoices):
    """What is shared; the value is the word in addresses."""

    VILLAGES = "villages", _("Villages with a team")
    UNION = "union", _("Teams with a Union member")
    TRAINED = "trained", _("Teams trained this year")
    IN_TIME = "in_time", _("Teams that reported in time")


@dataclass(frozen=True)
class Share:
    """Some of a whole: 12 of 15."""

    part: int = 0
    whole: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)

    @property
    def gaps(self) -> int:
        return self.whole - self.part

    @property
    def permille(self) -> int:
        """Thousandths, rounded down: all but one of 2,000 is not yet everybody."""
        return self.part * 1000 // self.whole if self.whole else 0

    @property
    def percent(self) -> str:
        return percent_text(self.permille) if self.whole else "–"

    @property
    def text(self) -> str:
        return f"{self.part}/{self.whole}" if self.whole else "–"


@dataclass(frozen=True)
class TeamFacts:
    """A team with every unit it ever belonged to."""

    pk: int
    name: str
    unit: int
    level: str
    area: str
    """Bare: without accents and without the word for its kind."""
    span: Span
    places: tuple[tuple[dt.date, int], ...] = ()
    """Last day and unit, the earliest first."""

    def unit_on(self, day: dt.date) -> int:
        return next((unit for until, unit in self.places if until >= day), self.unit)


@dataclass(frozen=True)
class Membership:
    person: int
    is_union_member: bool
    span: Span


@dataclass(frozen=True)
class Gap:
    """A village without a team, or a team that lacks something."""

    unit: int
    name: str
    team: int | None = None


@dataclass
class Facts:
    """What the shares are made of, read in six queries however many months follow."""

    units: Units
    tree: Communes
    """Today's, by which rights are asked."""
    communes: Communes
    """The one that says what counts for which commune: today's or an earlier one."""
    today: dt.date
    allowed: Collection[int] | None
    """The units somebody may see (rule 10); None for all."""
    teams: list[TeamFacts] = field(default_factory=list)
    members: dict[int, list[Membership]] = field(default_factory=dict)
    in_time: dict[dt.date, set[int]] = field(default_factory=dict)
    """By month; a month in which nobody ever reported is missing."""

    @classmethod
    def read(
        cls,
        now: dt.datetime,
        *,
        since: dt.date,
        allowed: Collection[int] | None = None,
        units: Units | None = None,
        communes: Communes | None = None,
    ) -> Facts:
        """`since`: the first day anybody will ask about."""
        units = units or Units.read()
        tree = units.communes()
        facts = cls(units, tree, communes or tree, local_day(now), allowed)
        facts.teams = _teams(since)
        facts.members = _members(since)
        facts.in_time = _in_time(since)
        return facts

    @cached_property
    def trained_days(self) -> dict[int, list[dt.date]]:
        people = {one.person for rows in self.members.values() for one in rows}
        return trained.days_of(people)

    # --- One day ------------------------------------------------------------------

    def shares(self, kind: Kind, day: dt.date) -> dict[int, Share]:
        """By commune, on that day; for what is reported, in that day's month."""
        found: dict[int, Share] = {}
        for unit, has in self._each(kind, day):
            commune = self.communes.of(unit)
            found[commune] = found.get(commune, Share()) + Share(int(has), 1)
        return found

    def total(self, kind: Kind, day: dt.date) -> Share:
        """All of what may be seen; the same whatever became of the units later."""
        answers = [has for _unit, has in self._each(kind, day)]
        return Share(sum(answers), len(answers))

    def gaps(self, kind: Kind, day: dt.date) -> list[Gap]:
        """Those that lack it, with their unit of today."""
        if kind == Kind.VILLAGES:
            covered = self._covered_villages(day)
            return [
                Gap(self.tree.successor(one.pk), one.name)
                for one in self._villages_on(day)
                if one.pk not in covered
            ]
        has = self._question(kind, day)
        return [
            Gap(self.tree.successor(one.unit_on(day)), one.name, one.pk)
            for one in self._teams_on(self._day_of(kind, day))
            if not has(one)
        ]

    def is_known(self, kind: Kind, day: dt.date) -> bool:
        """A month counts for reports once its last day of sending is over.

        Where nobody at all reported, nobody was asked to yet.
        """
        if kind != Kind.IN_TIME:
            return True
        month = months.month_of(day)
        return month in self.in_time and due_on(month) < self.today

    def _each(self, kind: Kind, day: dt.date) -> Iterable[tuple[int, bool]]:
        if kind == Kind.VILLAGES:
            covered = self._covered_villages(day)
            return [(one.pk, one.pk in covered) for one in self._villages_on(day)]
        has, day = self._question(kind, day), self._day_of(kind, day)
        return [(one.unit_on(day), has(one)) for one in self._teams_on(day)]

    def _day_of(self, kind: Kind, day: dt.date) -> dt.date:
        """Who was a team at the end of the month owes its report."""
        if kind != Kind.IN_TIME:
            return day
        return months.last_day(months.month_of(day))

    def _question(self, kind: Kind, day: dt.date) -> Callable[[TeamFacts], bool]:
        if kind == Kind.UNION:
            return lambda team: self._has_union_member(team, day)
        if kind == Kind.TRAINED:
            return lambda team: self._is_trained(team, day)
        reported = self.in_time.get(months.month_of(day), set())
        return lambda team: team.pk in reported

    def _has_union_member(self, team: TeamFacts, day: dt.date) -> bool:
        rows = self.members.get(team.pk, ())
        return any(one.is_union_member and _holds(one.span, day) for one in rows)

    def _is_trained(self, team: TeamFacts, day: dt.date) -> bool:
        """One of those in the team ended a course in that year by that day."""
        return any(
            first.year == day.year and first <= day
            for one in self.members.get(team.pk, ())
            if _holds(one.span, day)
            for first in self.trained_days.get(one.person, ())
        )

    def _teams_on(self, day: dt.date) -> list[TeamFacts]:
        return [
            one
            for one in self.teams
            if _holds(one.span, day) and self._seen(one.unit_on(day))
        ]

    def _villages_on(self, day: dt.date) -> list[Village]:
        going = [one for one in self.units.villages if _holds(one.span, day)]
        return [one for one in going if self._seen(one.pk)]

    def _seen(self, unit: int) -> bool:
        """Who looks after the heir may look at what it was before."""
        return self.allowed is None or self.tree.successor(unit) in self.allowed

    def _covered_villages(self, day: dt.date) -> set[int]:
        """A team belongs to the village's own unit, or names the village as its area.

        Asked by the units of that very day: two communes may each have a Nà Tu.
        """
        by_name: dict[tuple[int | None, str], int] = {}
        own = set()
        for one in self.units.villages:
            if _holds(one.span, day):
                own.add(one.pk)
                by_name[one.parent_on(day), one.bare_name] = one.pk
        covered = set()
        for team in self.teams:
            if team.level != DigitalTeam.Level.VILLAGE or not _holds(team.span, day):
                continue
            unit = team.unit_on(day)
            if unit in own:
                covered.add(unit)
            elif team.area and (unit, team.area) in by_name:
                covered.add(by_name[unit, team.area])
        return covered


def month_ends(last: dt.date, number: int) -> list[dt.date]:
    """The last days of that many months up to the day, which stands for its month."""
    this = months.month_of(last)
    first = months.shifted(this, 1 - number)
    ends = [months.last_day(month) for month in months.months(first, this)]
    return [*ends[:-1], last]


# --- Reading ------------------------------------------------------------------------


def _teams(since: dt.date) -> list[TeamFacts]:
    rows = DigitalTeam.objects.exclude(active_to__lt=since).order_by(
        "unit__folded_name", "level", "name_folded", "pk", "places__until"
    )
    fields = ("pk", "name", "unit", "level", "area", "active_from", "active_to")
    found: dict[int, TeamFacts] = {}
    for *own, until, place in rows.values_list(
        *fields, "places__until", "places__unit"
    ):
        pk, name, unit, level, area, first, last = own
        before = found[pk].places if pk in found else ()
        places = (*before, (until, place)) if until else before
        span = first, last
        found[pk] = TeamFacts(pk, name, unit, level, bare(area), span, places)
    return list(found.values())


def _members(since: dt.date) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = {}
    rows = TeamMember.objects.exclude(ends_on__lt=since).order_by()
    for team, person, union, first, last in rows.values_list(
        "team", "person", "is_union_member", "starts_on", "ends_on"
    ):
        row = Membership(person, union, (first, last))
        found.setdefault(team, []).append(row)
    return found


def _in_time(since: dt.date) -> dict[dt.date, set[int]]:
    """The teams whose report first came in time, by month.

    A report that the commune sent back was in time all the same: it came.
    """
    found: dict[dt.date, set[int]] = {}
    rows = Report.objects.filter(
        month__gte=months.month_of(since), first_sent_at__isnull=False
    )
    for team, month, sent, due in rows.order_by().values_list(
        "team", "month", "first_sent_at", "due_on"
    ):
        teams = found.setdefault(month, set())
        if local_day(sent) <= due:
            teams.add(team)
    return found


def _holds(span: Span, day: dt.date) -> bool:
    first, last = span
    return (first is None or first <= day) and (last is None or last >= day)
