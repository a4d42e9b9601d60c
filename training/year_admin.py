"""The page of a year: trained and untrained people of a group, by unit."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members import access_log, audiences, permissions
from training import exports, yearly
from vietnam.dates import local_day

NAME = "training_trainingsession_year"
FIRST_YEAR = 2020
SHOWN = 200
"""Names on the page; the file has them all."""


class YearForm(forms.Form):
    """Which group, which year."""

    group = forms.ChoiceField(label=_("Group"))
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)

    def __init__(self, *args, this_year: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        groups = audiences.registry.items()
        self.fields["group"].choices = [(key, one.label) for key, one in groups]
        years = range(this_year, FIRST_YEAR - 1, -1)
        self.fields["year"].choices = [(year, str(year)) for year in years]


class YearPages:
    """For the admin of sessions."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.year_view)
        return [path("year/", view, name=NAME), *super().get_urls()]

    def year_view(self, request: HttpRequest) -> HttpResponse:
        if not (
            permissions.may(request.user, "training.read")
            and permissions.may(request.user, "people.read")
        ):
            raise PermissionDenied
        today = local_day(request.now)
        first = next(iter(audiences.registry.items()))[0]
        data = {"group": first, "year": today.year} | request.GET.dict()
        form = YearForm(data, this_year=today.year)
        plan = None
        if form.is_valid():
            plan = yearly.year_plan(
                **form.cleaned_data, user=request.user, now=request.now
            )
            if "xlsx" in request.GET:
                access_log.note_access(
                    by=request.user,
                    kind="training.untrained",
                    what=str(plan.year),
                    people=[person.pk for person in plan.untrained],
                    now=request.now,
                )
                return _file(plan)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Trained and not trained yet"),
            "form": form,
            "plan": plan,
            "left": plan.untrained[:SHOWN] if plan else [],
        }
        return render(request, "training/admin/year.html", context)


def _file(plan: yearly.YearPlan) -> HttpResponse:
    title = gettext("Not trained yet in %(year)d") % {"year": plan.year}
    made = exports.as_xlsx(yearly.table(plan), title=title)
    response = HttpResponse(made, content_type=exports.XLSX)
    name = f"chua-tap-huan-{plan.year}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
