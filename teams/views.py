"""What everybody sees of the teams: where they are, how to reach one, the figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from content import pagecache
from content.fields import clean_line
from content.pagination import page_of
from members import permissions
from members.models import Unit
from members.units.addresses import moved
from teams import coverage
from teams.communes import Communes, commune_url
from teams.models import DigitalTeam, HelpPoint
from teams.recognition import thanked
from teams.rules import named_in_public
from vietnam.dates import local_day
from vietnam.fold import fold

PER_PAGE = 30
MOST_TYPED = 100
GAPS_SHOWN = 50


@dataclass(frozen=True)
class Choice:
    """A commune in the directory, with the number of teams that show themselves."""

    unit: Unit
    count: int

    @property
    def label(self) -> str:
        return str(self.unit)

    @property
    def url(self) -> str:
        return commune_url(self.unit)


@pagecache.public("teams", query=["xa", "page"])
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """The communes; `?xa=` the teams of one; `?q=` those that are searched for."""
    typed = clean_line(request.GET.get("q", "")[:MOST_TYPED])
    here = _commune(request.GET.get("xa", ""))
    if here and (answer := moved(request, "xa", here)):
        return answer
    communes = Communes.read()
    teams = DigitalTeam.objects.in_directory(local_day(request.now))
    context = {"q": typed, "here": here}
    if here:
        branch = Unit.objects.subtree(here.pk).order_by()
        points = HelpPoint.objects.open(local_day(request.now))
        context["points"] = points.filter(unit__in=branch) if not typed else []
        top = communes.of(here.pk)
        context["commune"] = here if top == here.pk else Unit.objects.get(pk=top)
    if typed or here:
        context["page"] = _found(request, teams, communes, typed, here)
    else:
        context["choices"] = _choices(teams, communes)
        context["figure"] = coverage.figure(request.now)
        context["recognition"] = thanked.latest(local_day(request.now))
    return render(request, "teams/directory.html", context)


@pagecache.public("teams")
@require_safe
def team(request: HttpRequest, slug: str) -> HttpResponse:
    """One team: only what it released, only names that may be named (rule 9)."""
    today = local_day(request.now)
    teams = DigitalTeam.objects.in_directory(today).select_related("unit")
    found = get_object_or_404(teams, slug=slug)
    commune = Unit.objects.get(pk=Communes.read().of(found.unit_id))
    context = {
        "team": found,
        "commune": commune,
        "commune_url": commune_url(commune),
        "members": named_in_public(found, on=today),
        "thanked_for": thanked.months_of(found),
        "may_manage": permissions.may(request.user, "teams.read", found.unit),
    }
    return render(request, "teams/team.html", context)


def _commune(slug: str) -> Unit | None:
    """The unit that `?xa=` names; any unit of the tree will do."""
    if not slug:
        return None
    if len(slug) > MOST_TYPED:
        raise Http404("no unit has so long an address")
    return get_object_or_404(Unit, slug=slug)


def _found(request, teams, communes: Communes, typed: str, here: Unit | None):
    if here:
        teams = teams.filter(unit__in=Unit.objects.subtree(here.pk).order_by())
    if fold(typed):
        teams = teams.search(typed, communes.named)
    elif typed:
        teams = teams.none()
    return page_of(teams.select_related("unit"), request, PER_PAGE)


def _choices(teams, communes: Communes) -> list[Choice]:
    """The communes with teams, in the order of their names."""
    counts: dict[int, int] = {}
    for unit, count in teams.order_by().values_list("unit").annotate(Count("pk")):
        top = communes.of(unit)
        counts[top] = counts.get(top, 0) + count
    return [
        Choice(unit, counts[unit.pk]) for unit in Unit.objects.filter(pk__in=counts)
    ]
