"""A year of training: who of a group has been trained, and who has not yet."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from members import audiences, permissions
from members.models import Person, User
from training.models import Attendance
from vietnam.dates import VIETNAM, local_day
from vietnam.phones import display_phone


@dataclass(frozen=True)
class UnitLine:
    """One unit's people of the group."""

    unit: str
    people: int
    trained: int

    @property
    def untrained(self) -> int:
        return self.people - self.trained

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means everybody."""
        return self.trained * 100 // self.people if self.people else 0


@dataclass(frozen=True)
class YearPlan:
    """The units with most left to do first; `untrained` by unit and given name."""

    year: int
    lines: list[UnitLine]
    whole: UnitLine
    untrained: list[Person]


def year_plan(*, group: str, year: int, user: User, now: dt.datetime) -> YearPlan:
    """The group's people within the account's reach (rule 10), in a few queries.

    Trained is who came to at least one half-day within the year, in Vietnam. The
    group is that of today, or of the last day of a year that is over. Raises KeyError
    for a group that nobody registered.
    """
    today = local_day(now)
    on = min(today, dt.date(year, 12, 31))
    people = audiences.registry[group].people(on).select_related("unit")
    people = permissions.scoped(people, user, "people.read")
    rows = list(people.order_by("unit__name", "sort_key", "pk"))
    done = _trained_in(year)
    size, trained, names = Counter(), Counter(), {}
    for person in rows:
        names[person.unit_id] = str(person.unit) if person.unit else _("without unit")
        size[person.unit_id] += 1
        trained[person.unit_id] += person.pk in done
    lines = [UnitLine(names[key], size[key], trained[key]) for key in size]
    lines.sort(key=lambda line: (-line.untrained, line.unit))
    whole = UnitLine(_("All"), sum(size.values()), sum(trained.values()))
    left = [person for person in rows if person.pk not in done]
    return YearPlan(year, lines, whole, left)


def table(plan: YearPlan) -> list[list[Any]]:
    """Those who are left, in the columns of the paper lists."""
    head = [_("No."), _("Full name"), _("Year of birth"), _("Unit"), _("Phone")]
    return [
        head,
        *(
            [
                number,
                person.full_name,
                person.birth_year or "",
                str(person.unit or ""),
                display_phone(person.phone) if person.phone else "",
            ]
            for number, person in enumerate(plan.untrained, 1)
        ),
    ]


def _trained_in(year: int) -> set[int]:
    start = dt.datetime(year, 1, 1, tzinfo=VIETNAM)
    end = dt.datetime(year + 1, 1, 1, tzinfo=VIETNAM)
    came = Attendance.objects.filter(came_at__gte=start, came_at__lt=end)
    return set(came.order_by().values_list("registration__person", flat=True))
