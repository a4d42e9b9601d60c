"""How many teams have a Union member, out of all: the programme's first figure.

The goal is 100 percent: young people take part in every community digital team.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Value
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from content.prepared import prepared
from members import permissions
from members.models import Unit
from teams.communes import Communes, commune_url
from teams.models import DigitalTeam
from vietnam.dates import local_day


@dataclass(frozen=True)
class Figure:
    """Active teams on a day, and those of them with a Union member."""

    total: int
    covered: int
    on: dt.date

    @property
    def gaps(self) -> int:
        return self.total - self.covered

    @property
    def permille(self) -> int:
        """Thousandths, rounded down: all but one of 2,000 is not yet everybody."""
        return self.covered * 1000 // self.total if self.total else 0

    @property
    def percent(self) -> str:
        """As people read it: "96,4 %"; a dash where there is no team."""
        return percent_text(self.permille) if self.total else "–"


@dataclass(frozen=True)
class Line(Figure):
    """The figure of one commune and everything below it."""

    unit: Unit

    @property
    def url(self) -> str:
        """The commune's teams in the directory."""
        return commune_url(self.unit)


def percent_text(permille: int) -> str:
    """Thousandths as a percentage in the language of the page: "96,4 %", "100 %"."""
    whole = permille % 10 == 0
    number = number_format(permille / 10, decimal_pos=0 if whole else 1)
    return _("%(number)s%%") % {"number": number}


def figure(now: dt.datetime) -> Figure:
    """The whole province at `now`, in one query."""
    on = local_day(now)
    total, covered = _counts(on).first() or (0, 0)
    return Figure(total=total, covered=covered, on=on)


@prepared
def _counts(on: dt.date) -> QuerySet[DigitalTeam]:
    """One tuple: how many teams, and how many of them have a Union member."""
    teams = DigitalTeam.objects.active(on).marked_covered(on).order_by()
    whole = teams.annotate(province=Value(1)).values("province")
    covered = Count("pk", filter=Q(is_covered=True))
    return whole.annotate(total=Count("pk"), covered=covered).values_list(
        "total", "covered"
    )


def by_commune(now: dt.datetime, communes: Communes) -> list[Line]:
    """One line for each commune with a team, in the order of the units' names."""
    on = local_day(now)
    teams = DigitalTeam.objects.active(on).marked_covered(on).order_by()
    counts = teams.values_list("unit").annotate(
        total=Count("pk"), covered=Count("pk", filter=Q(is_covered=True))
    )
    sums: dict[int, tuple[int, int]] = {}
    for unit, total, covered in counts:
        top = communes.of(unit)
        before = sums.get(top, (0, 0))
        sums[top] = before[0] + total, before[1] + covered
    units = Unit.objects.filter(pk__in=sums)
    return [
        Line(total=sums[unit.pk][0], covered=sums[unit.pk][1], on=on, unit=unit)
        for unit in units
    ]


def gaps(user: permissions.Account, now: dt.datetime) -> QuerySet[DigitalTeam]:
    """Active teams without a Union member, as far as the account may see (rule 10)."""
    on = local_day(now)
    teams = DigitalTeam.objects.active(on).without_union_member(on)
    teams = permissions.scoped(teams, user, "teams.read")
    return teams.select_related("unit").order_by(
        "unit__folded_name", "level", "name_folded", "id"
    )


def communes_without_team(now: dt.datetime, lines: list[Line]) -> QuerySet[Unit]:
    """Current units beside those in `lines`, of the same kinds, that have no team.

    Kinds are data: where one commune has a team, a commune without one is a gap,
    while schools and offices set up none.
    """
    kinds = {line.unit.kind_id for line in lines if line.unit.parent_id}
    have = [line.unit.pk for line in lines]
    communes = Unit.objects.communes(local_day(now)).filter(kind__in=kinds)
    return communes.exclude(pk__in=have)
