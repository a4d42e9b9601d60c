"""The page of the shares for those in charge: by commune, over time, and every gap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from content import charts, tables
from members import permissions
from members.models import Unit
from teams import months
from teams.in_charge import InCharge
from teams.models import DigitalTeam
from teams.reports.rules import due_on
from teams.shares import Facts, Gap, Kind, Share, month_ends
from teams.units import Units
from vietnam.dates import local_day

NAME = "teams_digitalteam_coverage"
READ = "teams.read"
BACK = 36
"""Months one can look back."""
DRAWN = 12
SHOWN = 300
"""Gaps on the page; the file has them all."""


class CoverageForm(forms.Form):
    """Which month, which commune, by which tree, and whose gaps."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    commune = forms.ChoiceField(label=_("Commune"), required=False)
    gaps = forms.ChoiceField(
        label=_("List of what is missing"), choices=Kind.choices, required=False
    )
    then = forms.BooleanField(label=_("Communes as they were then"), required=False)

    def __init__(self, *args, this_month: dt.date, communes, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gaps"].choices = Kind.choices
        back = [months.shifted(this_month, -n) for n in range(BACK)]
        choices = [(months.key(month), months.text(month)) for month in back]
        self.fields["month"].choices = choices
        self.fields["commune"].choices = [("", _("All communes")), *communes]


@dataclass(frozen=True)
class Line:
    """One commune with its four shares."""

    unit: Unit
    shares: list[tuple[Kind, Share]]


@dataclass(frozen=True)
class Row:
    """One gap, where it is and who is to act."""

    name: str
    unit: str
    commune: str
    who: str
    url: str
    act: str


class CoveragePages:
    """For the admin of teams."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(require_safe(self.coverage_view))
        return [path("do-phu/", view, name=NAME), *super().get_urls()]

    def coverage_view(self, request: HttpRequest) -> HttpResponse:
        if not permissions.may(request.user, READ):
            raise PermissionDenied
        page = _Page(request)
        if request.GET.get("file") in tables.ENDINGS:
            return page.file(request.GET["file"])
        context = self.admin_site.each_context(request) | page.context()
        context |= {"opts": self.opts, "title": gettext("How far the teams reach")}
        return render(request, "teams/admin/coverage.html", context)


class _Page:
    def __init__(self, request: HttpRequest) -> None:
        self.request, self.today = request, local_day(request.now)
        self.read = Units.read()
        self.tree, self.units = self.read.communes(), self.read.by_pk
        first = {"gaps": Kind.UNION, "month": months.key(months.month_of(self.today))}
        self.form = CoverageForm(
            first | request.GET.dict(),
            this_month=months.month_of(self.today),
            communes=self._choices(),
        )
        data = self.form.cleaned_data if self.form.is_valid() else {}
        month = months.read(data.get("month", "")) or months.month_of(self.today)
        self.day = min(months.last_day(month), self.today)
        self.kind = Kind(data.get("gaps") or Kind.UNION)
        self.commune = int(data["commune"]) if data.get("commune") else None
        self.then = bool(data.get("then"))
        self.ends = month_ends(self.day, DRAWN)
        self.facts = Facts.read(
            request.now,
            since=months.month_of(self.ends[0]),
            allowed=self._allowed(),
            units=self.read,
            communes=self.read.communes(self.day) if self.then else None,
        )

    @property
    def day_of_reports(self) -> dt.date:
        """The chosen month, or the last one whose reports are all due."""
        month = months.month_of(self.day)
        if due_on(month) < self.today:
            return self.day
        while due_on(month) >= self.today:
            month = months.shifted(month, -1)
        return months.last_day(month)

    def _day(self, kind: Kind) -> dt.date:
        return self.day_of_reports if kind == Kind.IN_TIME else self.day

    def _choices(self) -> list[tuple[str, str]]:
        mine = self._mine
        roots = {unit.pk for unit in self.units.values() if unit.parent_id is None}
        found = [
            unit
            for unit in self.units.values()
            if unit.parent_id in roots
            and unit.is_current(self.today)
            and (mine is None or unit.pk in mine)
        ]
        found.sort(key=lambda unit: unit.folded_name)
        return [(str(unit.pk), str(unit)) for unit in found]

    @cached_property
    def _mine(self) -> Collection[int] | None:
        user = self.request.user
        if permissions.everywhere(user, READ):
            return None
        units = self.units.values()
        return {unit.pk for unit in units if permissions.may(user, READ, unit)}

    def _allowed(self) -> Collection[int] | None:
        mine = self._mine
        if self.commune is None:
            return mine
        branch = {pk for pk in self.units if self.tree.of(pk) == self.commune}
        return branch if mine is None else branch & mine

    # --- What the page shows ------------------------------------------------------

    def lines(self) -> list[Line]:
        by_kind = {kind: self.facts.shares(kind, self._day(kind)) for kind in Kind}
        communes = {unit for shares in by_kind.values() for unit in shares}
        units = sorted(
            (self.units[pk] for pk in communes), key=lambda unit: unit.folded_name
        )
        return [
            Line(unit, [(kind, by_kind[kind].get(unit.pk, Share())) for kind in Kind])
            for unit in units
        ]

    def series(self) -> list[tuple[str, list[Share | None]]]:
        """Each month with its four shares; None where nobody can know yet."""
        return [
            (
                months.text(months.month_of(day)),
                [
                    self.facts.total(kind, day)
                    if self.facts.is_known(kind, day)
                    else None
                    for kind in Kind
                ],
            )
            for day in self.ends
        ]

    def gaps(self) -> list[Row]:
        in_charge = InCharge.read(self.tree, self.today)
        found = self.facts.gaps(self.kind, self._day(self.kind))
        rows = [self._row(gap, in_charge) for gap in found]
        return sorted(rows, key=lambda row: (row.commune, row.unit, row.name))

    def _row(self, gap: Gap, in_charge: InCharge) -> Row:
        unit = self.units[gap.unit]
        url, act = self._next(gap, unit)
        return Row(
            name=gap.name,
            unit=str(unit),
            commune=str(self.units[self.tree.of(unit.pk)]),
            who=", ".join(in_charge.of(unit.pk)),
            url=url,
            act=act,
        )

    def _next(self, gap: Gap, unit: Unit) -> tuple[str, str]:
        """Where this very account closes the gap, or at least sees it."""
        user = self.request.user
        if gap.team is None:
            if not permissions.may(user, "teams.manage", unit):
                return "", ""
            known = {"unit": unit.pk, "level": DigitalTeam.Level.VILLAGE}
            add = reverse("admin:teams_digitalteam_add")
            return f"{add}?{urlencode(known)}", gettext("Add a team")
        if self.kind == Kind.UNION and permissions.may(user, "teams.nominate", unit):
            propose = reverse("admin:teams_nomination_propose", args=[gap.team])
            return propose, gettext("Propose a Union member")
        change = reverse("admin:teams_digitalteam_change", args=[gap.team])
        return change, gettext("Open the team")

    def context(self) -> dict:
        series, rows = self.series(), self.gaps()
        totals = [(kind, self.facts.total(kind, self._day(kind))) for kind in Kind]
        return {
            "form": self.form,
            "kinds": list(Kind),
            "kind": self.kind,
            "day": self.day,
            "reports": months.text(months.month_of(self.day_of_reports)),
            "lines": self.lines(),
            "totals": totals,
            "series": series,
            "chart": charts.rows(_points(series, self.kind)),
            "gaps": rows[:SHOWN],
            "gap_count": len(rows),
            "query": self._query(),
        }

    def _query(self) -> str:
        """The page's own address without the kind of gaps, for its links."""
        known = {
            "month": months.key(months.month_of(self.day)),
            "commune": self.commune or "",
            "then": "on" if self.then else "",
        }
        return urlencode({name: value for name, value in known.items() if value})

    # --- Taken out ----------------------------------------------------------------

    def file(self, ending: str) -> HttpResponse:
        """The table by commune, or with `what=gaps` the list of what is missing."""
        month = months.key(months.month_of(self.day))
        if self.request.GET.get("what") == "gaps":
            name = f"con-thieu-{self.kind.value.replace('_', '-')}-{month}"
            return tables.response(
                self._gap_table(), ending, name=name, title=str(self.kind.label)
            )
        title = gettext("How far the teams reach")
        return tables.response(
            self._table(), ending, name=f"do-phu-{month}", title=title
        )

    def _table(self) -> list[list]:
        head = [gettext("Commune")]
        for kind in Kind:
            head += [str(kind.label), gettext("out of"), "%"]
        lines = [[str(line.unit), *_cells(line.shares)] for line in self.lines()]
        totals = [(kind, self.facts.total(kind, self._day(kind))) for kind in Kind]
        return [head, *lines, [gettext("Total"), *_cells(totals)]]

    def _gap_table(self) -> list[list]:
        head = [
            gettext("Missing"),
            gettext("Unit"),
            gettext("Commune"),
            gettext("Who is to act"),
        ]
        rows = [[row.name, row.unit, row.commune, row.who] for row in self.gaps()]
        return [head, *rows]


def _cells(shares: list[tuple[Kind, Share]]) -> list:
    cells = []
    for _kind, share in shares:
        percent = share.permille / 10 if share.whole else ""
        cells += [share.part, share.whole, percent]
    return cells


def _points(
    series: list[tuple[str, list[Share | None]]], kind: Kind
) -> list[charts.Point]:
    """The months of which anything is known, as parts of a whole."""
    place = list(Kind).index(kind)
    known = [(name, shares[place]) for name, shares in series if shares[place]]
    return [charts.Point(name, share.part, share.whole) for name, share in known]
