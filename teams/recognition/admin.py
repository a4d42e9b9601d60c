"""The ranking of a month, the choice, and the paper."""

from __future__ import annotations

import datetime as dt

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members import permissions
from members.scoped_admin import ScopedAdmin
from teams import months
from teams.models import DigitalTeam, Recognition
from teams.recognition import actions, letters
from teams.recognition.forms import ChooseForm, RecognitionForm
from teams.recognition.ranking import rank
from vietnam.dates import local_day

SHOWN = 20
"""Places on the page; whoever chooses looks at the best of them."""


@admin.register(Recognition)
class RecognitionAdmin(ScopedAdmin):
    """One team for the whole province: chosen by those who look after all teams."""

    view_action, change_action = "teams.read", "teams.manage"
    unit_path = None
    form = RecognitionForm
    change_list_template = "teams/admin/recognition_list.html"
    change_form_template = "teams/admin/recognition_form.html"
    fields = ["team", "shown_month", "unit_name", "place", "points", "reason"]
    readonly_fields = ["team", "shown_month", "unit_name", "place", "points"]
    list_display = ["shown_month", "team", "unit_name", "place", "points"]
    list_select_related = ["team"]
    ordering = ["-month"]

    @admin.display(description=_("month"), ordering="month")
    def shown_month(self, row: Recognition) -> str:
        return months.text(row.month)

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        """A team is chosen from the ranking."""
        return False

    def delete_model(self, request: HttpRequest, obj: Recognition) -> None:
        actions.take_back(recognition=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        for one in queryset:
            actions.take_back(recognition=one)

    def changelist_view(self, request, extra_context=None):
        may = permissions.everywhere(request.user, self.change_action)
        context = {"may_choose": may} | (extra_context or {})
        return super().changelist_view(request, context)

    def ranking_view(self, request: HttpRequest) -> HttpResponse:
        """The places of a month by the rule; the choice is a person's."""
        if not permissions.everywhere(request.user, self.change_action):
            raise PermissionDenied
        month = self._month(request)
        form = ChooseForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._choose(request, month, form):
            return redirect("admin:teams_recognition_changelist")
        ranking = rank(month)
        this = months.month_of(request.now)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Ranking of %(month)s") % {"month": months.text(month)},
            "opts": self.opts,
            "form": form,
            "month_key": months.key(month),
            "places": ranking.places[:SHOWN],
            "others": max(len(ranking.places) - SHOWN, 0),
            "left_out": ranking.left_out,
            "chosen": Recognition.objects.filter(month=month).first(),
            "months": [
                {"key": months.key(one), "text": months.text(one), "here": one == month}
                for one in (months.shifted(this, -n) for n in range(1, 13))
            ],
        }
        return render(request, "teams/admin/ranking.html", context)

    def _month(self, request: HttpRequest) -> dt.date:
        given = months.read(request.GET.get("thang", ""))
        return given or months.shifted(months.month_of(local_day(request.now)), -1)

    def _choose(self, request: HttpRequest, month: dt.date, form: ChooseForm) -> bool:
        team = DigitalTeam.objects.filter(pk=form.cleaned_data["team"]).first()
        if team is None:
            form.add_error("team", gettext("Choose one of the teams."))
            return False
        try:
            chosen = actions.choose(
                team=team,
                month=month,
                reason=form.cleaned_data["reason"],
                now=request.now,
            )
        except actions.Refused as refused:
            form.add_error(None, str(refused.reason.label))
            return False
        text = gettext("Chosen as the team of the month; everybody can see it now.")
        self.log_addition(request, chosen, text)
        self.message_user(request, text, messages.SUCCESS)
        return True

    def paper_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(
            self.get_queryset(request).select_related("team"), pk=pk
        )
        return letters.paper_response(row)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path(
                "xep-hang/", wrap(self.ranking_view), name="teams_recognition_ranking"
            ),
            path(
                "<int:pk>/thu-cam-on.pdf",
                wrap(self.paper_view),
                name="teams_recognition_paper",
            ),
            *super().get_urls(),
        ]
