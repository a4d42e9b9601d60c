"""The public page of figures, and the same as files for a spreadsheet.

Everything is counted when somebody asks, but for sums of months that are still true
(`kept_months`): at most twelve queries, whatever the province has (`make bench
ROW=figures`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content import pagecache, tables
from members import permissions
from members.models import Unit
from members.units.addresses import follows_unit
from teams import coverage, months
from teams.communes import Communes
from teams.figures import work
from teams.figures.tiles import tile_map
from teams.figures.work import Period, Total
from vietnam.dates import local_day

GAPS_SHOWN = 50
LONGEST = 100
QUERY = ["xa", "ky", "cs"]


@pagecache.public("teams", query=QUERY)
@require_safe
@follows_unit("xa")
def show(request: HttpRequest) -> HttpResponse:
    """Coverage and work of the province; `?xa=` of one commune.

    `?ky=` is the number of months, `?cs=` the code of the indicator that is drawn.
    """
    asked = _Asked.read(request)
    lines = coverage.by_commune(request.now, asked.communes)
    if asked.here:
        lines = [line for line in lines if line.unit.pk == asked.here.pk]
    total = coverage.Figure(
        total=sum(line.total for line in lines),
        covered=sum(line.covered for line in lines),
        on=local_day(request.now),
    )
    context = {
        "here": asked.here,
        "figure": total,
        "key_figures": _key_figures(total, lines),
        "lines": lines,
        "in_charge": not asked.here and permissions.may(request.user, "teams.read"),
        "coverage_csv": reverse("teams:figures_coverage"),
    }
    if not asked.here and lines:
        missing = list(coverage.communes_without_team(request.now, lines))
        context["map"] = tile_map(lines, missing)
    context |= _work(asked, request)
    if context["in_charge"]:
        context |= _gaps(request, lines)
    return render(request, "teams/figures.html", context)


@pagecache.public("teams")
@require_safe
def coverage_csv(request: HttpRequest) -> HttpResponse:
    """The coverage by commune, one line each."""
    lines = coverage.by_commune(request.now, Communes.read())
    head = [
        *(_("Day"), _("Commune"), _("Teams")),
        *(_("With a Union member"), _("Without one"), _("Coverage, percent")),
    ]
    day = f"{local_day(request.now):%Y-%m-%d}"
    rows = [
        [day, str(one.unit), one.total, one.covered, one.gaps, one.permille / 10]
        for one in lines
    ]
    return _file([head, *rows], "ty-le-to-co-doan-vien")


@pagecache.public("teams", query=["xa", "ky"])
@require_safe
@follows_unit("xa")
def work_csv(request: HttpRequest) -> HttpResponse:
    """Every indicator month by month; no line adds one thing to another."""
    asked = _Asked.read(request)
    where = str(asked.here) if asked.here else _("The whole province")
    head = [
        *(_("Month"), _("Where"), _("Code"), _("Indicator"), _("Unit of measure")),
        *(_("Figure"), _("Reports that told of it")),
    ]
    rows = [
        [
            months.key(month),
            where,
            found.indicator.code,
            found.indicator.name,
            work.measure_of(found.indicator),
            work.value_of(found),
            found.said,
        ]
        for month, found in work.Told(asked.period, asked.units).each_month()
    ]
    return _file([head, *rows], "ket-qua-cua-to-cong-nghe-so")


# --- Below the pages ------------------------------------------------------------


class _Asked:
    """What the address says; nonsense means the usual."""

    def __init__(self, communes: Communes, here: Unit | None, period: Period) -> None:
        self.communes, self.here, self.period = communes, here, period
        self.units = communes.below(here.pk) if here else None

    @classmethod
    def read(cls, request: HttpRequest) -> _Asked:
        slug = request.GET.get("xa", "")
        here = get_object_or_404(Unit, slug=slug[:LONGEST]) if slug else None
        known = {str(number): number for number in work.LENGTHS}
        number = known.get(request.GET.get("ky", ""), work.USUAL)
        communes = Communes.read()
        if here:
            top = communes.of(here.pk)
            here = here if top == here.pk else Unit.objects.get(pk=top)
        if here and here.parent_id is None:
            here = None  # the province is the page without a choice
        return cls(communes, here, Period.back(number, request.now))

    def url(self, **more: Any) -> str:
        """The same page with something else chosen."""
        known = {"xa": self.here and self.here.slug, "ky": self.period.length}
        chosen = {name: value for name, value in (known | more).items() if value}
        if chosen.get("ky") == work.USUAL:
            del chosen["ky"]
        return f"{reverse('teams:figures')}?{urlencode(chosen)}#ket-qua"


def _work(asked: _Asked, request: HttpRequest) -> dict:
    told = work.Told(asked.period, asked.units)
    sums = told.totals()
    context = {"period": asked.period, "periods": _periods(asked), "sums": sums}
    if not sums:
        return context
    codes = {found.indicator.code: found for found in sums}
    chosen = codes.get(request.GET.get("cs", "")[:LONGEST], sums[0])
    long = Period.back(work.MOST_MONTHS, request.now)
    drawn = told.series(chosen.indicator, long)
    context |= {
        "sums": [_line_of(found, asked, chosen) for found in sums],
        "chosen": chosen,
        "measure": work.measure_of(chosen.indicator),
        "months": work.chart(_since_first(drawn)),
        "reported": work.reported(asked.period, asked.units),
        "work_csv": f"{reverse('teams:figures_work')}?{_file_query(asked)}",
    }
    if not asked.here:
        context["by_commune"] = _by_commune(chosen, asked)
    return context


def _periods(asked: _Asked) -> list[dict]:
    return [
        {
            "label": _words_of(number),
            "url": asked.url(ky=number),
            "current": number == asked.period.length,
        }
        for number in work.LENGTHS
    ]


def _words_of(number: int) -> str:
    if number == 1:
        return _("Last month")
    return _("%(number)d months") % {"number": number}


def _line_of(found: Total, asked: _Asked, chosen: Total) -> dict:
    """One figure; its name leads to its months."""
    indicator = found.indicator
    return {
        "value": found.words,
        "label": indicator.name,
        "href": asked.url(cs=indicator.code),
        "current": found is chosen,
        "note": f"({months.text(found.month)})" if found.month else "",
    }


def _by_commune(chosen: Total, asked: _Asked) -> list[dict]:
    """One line a commune, in the order of names; what follows nobody has its own."""
    period = asked.period
    if chosen.month:
        period = Period(chosen.month, chosen.month)
    found = work.by_commune(chosen.indicator, period, asked.communes)
    return [
        {"unit": unit, "sum": found[unit.pk], "url": asked.url(xa=unit.slug)}
        for unit in Unit.objects.filter(pk__in=found)
    ]


def _since_first(rows: Sequence[tuple]) -> list[tuple]:
    """Without the months before anybody reported."""
    begin = next((place for place, (_m, found) in enumerate(rows) if found), 0)
    return list(rows[begin:])


def _file_query(asked: _Asked) -> str:
    chosen = {"ky": asked.period.length}
    if asked.here:
        chosen["xa"] = asked.here.slug
    return urlencode(chosen)


def _gaps(request: HttpRequest, lines: list[coverage.Line]) -> dict:
    """By name, for those in charge of the units."""
    gaps = coverage.gaps(request.user, request.now)
    missing = coverage.communes_without_team(request.now, lines)
    return {
        "gaps": gaps[:GAPS_SHOWN],
        "gap_count": gaps.count(),
        "missing": permissions.scoped(missing, request.user, "teams.read", path=""),
    }


def _key_figures(total: coverage.Figure, lines: list[coverage.Line]) -> list[dict]:
    whole = sum(line.gaps == 0 for line in lines)
    return [
        {"value": total.percent, "label": _("of the teams have a Union member")},
        {"value": total.total, "label": _("active teams")},
        {"value": total.gaps, "label": _("teams without a Union member")},
        {
            "value": f"{whole}/{len(lines)}",
            "label": _("communes where every team has one"),
        },
    ]


def _file(lines: list, name: str) -> HttpResponse:
    answer = HttpResponse(tables.as_csv(lines), content_type=tables.CSV)
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
