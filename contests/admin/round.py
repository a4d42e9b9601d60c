"""A round, its criteria, and the versions of them that counted."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contests import publishing
from contests.admin import pages
from contests.admin.remembered import MANAGE, Remembered
from contests.admin.saying import run
from contests.admin_forms import WeightsForm
from contests.locks import lock_contest
from contests.models import Criterion, Round
from contests.ranking import rubric
from mail.pauses import TellsOfTet
from members.scoped_admin import ScopedAdmin, ScopedTabularInline


class CriterionInline(Remembered, ScopedTabularInline):
    model = Criterion
    view_action = change_action = MANAGE
    unit_path = "contest__unit"
    extra = 0

    def _frozen(self, obj: Round | None) -> bool:
        """Scores were given by these criteria: a change is a new version."""
        return bool(obj) and rubric.is_frozen(obj)

    def has_add_permission(self, request, obj=None) -> bool:
        return super().has_add_permission(request, obj) and not self._frozen(obj)

    def has_change_permission(self, request, obj=None) -> bool:
        return super().has_change_permission(request, obj) and not self._frozen(obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not self._frozen(obj)


@admin.register(Round)
class RoundAdmin(TellsOfTet, Remembered, ScopedAdmin):
    """Reached from its contest; holds the criteria."""

    view_action = change_action = MANAGE
    delete_action = None
    unit_path = "contest__unit"
    tet_dates = ("starts_at", "ends_at")
    inlines = [CriterionInline]
    list_display = ["name", "contest", "starts_at", "ends_at", "quorum", "weight"]
    list_select_related = ["contest"]
    show_full_result_count = False
    fields = [
        "contest",
        "kind",
        "name",
        "order",
        "starts_at",
        "ends_at",
        "quorum",
        "blind",
        "apart_over",
        "again_by_itself",
        "others_seen",
        "ranked_by",
        "versions",
    ]
    readonly_fields = ["contest", "versions"]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("criteria")

    def _changeform_view(self, request, object_id, form_url, extra_context):
        """Nobody gives the first score while the criteria are being saved."""
        if request.method == "POST" and str(object_id).isdecimal():
            held = Round.objects.filter(pk=object_id).values_list("contest", flat=True)
            if contest := held.first():
                lock_contest(contest)
        return super()._changeform_view(request, object_id, form_url, extra_context)

    @admin.display(description=_("sum of the weights"))
    def weight(self, round_: Round) -> int:
        return publishing.weight_of(round_)

    @admin.display(description=_("versions of the criteria"))
    def versions(self, round_: Round) -> str:
        """What counted when, and the way to a new version."""
        rows = list(round_.rubrics.all()) if round_.pk else []
        if not rows and not (round_.pk and rubric.is_frozen(round_)):
            return gettext("The criteria freeze with the first score.")
        rule = gettext(
            "Scores were given by these criteria, so their names, guidance and highest "
            "scores stay as they are. Weights can change: that makes a new version and "
            "keeps the ranking by both. A weight of 0 takes a criterion out."
        )
        lines = format_html_join("", "<p>{} ({}) {}: {}</p>", map(_version, rows))
        url = reverse("admin:contests_round_weights", args=[round_.pk])
        link = format_html('<a href="{}">{}</a>', url, gettext("Change the weights"))
        return format_html("<p>{}</p>{}{}", rule, lines, link)

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.weights_view)
        name = "contests_round_weights"
        return [path("<int:pk>/weights/", view, name=name), *super().get_urls()]

    def weights_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new version of the criteria; the ranking is kept by both."""
        rows = self.get_queryset(request).select_related("contest__unit")
        round_ = get_object_or_404(rows, pk=pk)
        form = WeightsForm(request.POST or None, round_=round_)
        if request.method == "POST" and form.is_valid():
            act = partial(
                rubric.change_weights,
                round_id=pk,
                weights=form.weights(),
                reason=form.cleaned_data["reason"],
            )
            text = gettext("The new weights count; the ranking is kept by both.")
            if run(self, request, act, text):
                return redirect("admin:contests_round_change", pk)
        return pages.page(
            self,
            request,
            round_.contest,
            "weights",
            title=gettext("Change the weights"),
            round=round_,
            form=form,
        )


def _version(row) -> tuple:
    weights = " · ".join(f"{one['name']} {one['weight']}" for one in row.criteria)
    return row.version, f"{row.made_at:%d/%m/%Y}", row.reason or "–", weights
