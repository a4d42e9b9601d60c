"""A contest with its divisions and rounds."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.questions import QuestionForm
from content.richtext import RichTextAdminMixin
from contests import publishing, rules
from contests.admin.certificates import CertificatePages
from contests.admin.copying import CopyPage
from contests.admin.desk import DeskPage
from contests.admin.judging import JudgingPages
from contests.admin.papers import PaperPages
from contests.admin.ranking import RankingPages
from contests.admin.remembered import MANAGE, Remembered
from contests.admin.saying import run
from contests.admin.voting import VotePages
from contests.admin_forms import (
    ContestForm,
    RoundFormSet,
)
from contests.models import (
    Contact,
    Contest,
    Division,
    EntryQuestion,
    Field,
    Prize,
    Round,
)
from mail.pauses import TellsOfTet
from members import permissions
from members.scoped_admin import (
    ScopedAdmin,
    ScopedTabularInline,
)

State = Contest.State
VOTE_FIXED = ["vote_opens_at", "vote_picks", "vote_by_mail", "vote_weight"]


class DivisionInline(Remembered, ScopedTabularInline):
    model = Division
    view_action = change_action = MANAGE
    extra = 0


class FieldInline(Remembered, ScopedTabularInline):
    model = Field
    view_action = change_action = MANAGE
    extra = 0


class PrizeInline(Remembered, ScopedTabularInline):
    model = Prize
    view_action = change_action = MANAGE
    extra = 0


class ContactInline(Remembered, ScopedTabularInline):
    model = Contact
    view_action = change_action = MANAGE
    extra = 0


class RoundInline(Remembered, ScopedTabularInline):
    """The criteria have a page of their own: follow the pencil."""

    model = Round
    formset = RoundFormSet
    view_action = change_action = MANAGE
    extra = 0
    show_change_link = True
    fields = ["kind", "name", "order", "starts_at", "ends_at", "quorum", "blind"]


class QuestionInline(Remembered, ScopedTabularInline):
    """What every entry is asked; a question that was answered stays."""

    model = EntryQuestion
    form = QuestionForm
    view_action = change_action = MANAGE
    extra = 0
    fields = ["text", "hint", "kind", "choices", "required", "order"]


@admin.register(Contest)
class ContestAdmin(
    DeskPage,
    RankingPages,
    VotePages,
    JudgingPages,
    PaperPages,
    CertificatePages,
    CopyPage,
    TellsOfTet,
    Remembered,
    RichTextAdminMixin,
    ScopedAdmin,
):
    view_action = change_action = MANAGE
    form = ContestForm
    tet_dates = (
        *("opens_at", "closes_at", "results_at"),
        *("vote_opens_at", "vote_closes_at"),
    )
    inlines = [
        DivisionInline,
        FieldInline,
        PrizeInline,
        RoundInline,
        QuestionInline,
        ContactInline,
    ]
    change_form_template = "contests/admin/contest_form.html"
    list_display = ["title", "state", "opens_at", "closes_at", "results_at", "unit"]
    list_filter = ["state"]
    list_select_related = ["unit"]
    show_full_result_count = False
    search_fields = ["title"]
    autocomplete_fields = ["unit"]
    ordering = ["-closes_at", "-id"]
    readonly_fields = ["state_now", "results_at"]
    fieldsets = [
        (None, {"fields": ["state_now", "title", "summary", "rules"]}),
        (_("When"), {"fields": ["opens_at", "closes_at", "results_at", "appeal_days"]}),
        (
            _("Entries"),
            {
                "fields": [
                    "min_authors",
                    "max_authors",
                    "max_files",
                    "max_file_mb",
                    "file_kinds",
                ]
            },
        ),
        (
            _("Public vote"),
            {
                "fields": [
                    "vote_opens_at",
                    "vote_closes_at",
                    "vote_picks",
                    "vote_by_mail",
                    "vote_weight",
                ],
                "description": _(
                    "Without two moments there is none. Everything but the end is "
                    "fixed when it opens; nobody sees votes before it has closed."
                ),
            },
        ),
        (_("Who runs it"), {"fields": ["unit", "contact"]}),
        (_("Address"), {"fields": ["slug"], "classes": ["collapse"]}),
    ]

    @admin.display(description=_("state"), ordering="state")
    def state_now(self, contest: Contest) -> str:
        return contest.get_state_display()

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match and match.url_name.endswith("_changelist")
        return rows.defer("rules") if is_list else rows

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """Once the results are public, the dates that led there stay as they were."""
        fields = list(super().get_readonly_fields(request, obj))
        if obj and rules.results_public(obj, now=request.now):
            fields += ["opens_at", "closes_at", "appeal_days"]
        if obj and obj.vote_opens_at and request.now >= obj.vote_opens_at:
            fields += ["closes_at", *VOTE_FIXED]
            if request.now >= obj.vote_closes_at:
                fields.append("vote_closes_at")
        return fields

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        unit = permissions.units_for(request.user, self.change_action).first()
        given = super().get_changeform_initial_data(request)
        return {"unit": unit.pk if unit else None} | given

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """What was public stays: people may have entered."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.state == State.DRAFT)

    def get_actions(self, request: HttpRequest) -> dict:
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def get_view_on_site_url(self, obj=None) -> str | None:
        return super().get_view_on_site_url(obj) if obj else None

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponse:
        answer = super().response_add(request, obj, post_url_continue)
        return self._publish_if_pressed(request, obj) or answer

    def response_change(self, request, obj) -> HttpResponse:
        answer = super().response_change(request, obj)
        return self._publish_if_pressed(request, obj) or answer

    def _publish_if_pressed(self, request, obj) -> HttpResponse | None:
        if "_publish" not in request.POST:
            return None
        act = partial(publishing.publish, contest_id=obj.pk)
        run(self, request, act, gettext("The contest is public now."))
        return redirect("admin:contests_contest_change", obj.pk)

    def render_change_form(self, request, context, **kwargs) -> HttpResponse:
        contest = kwargs.get("obj")
        context["may_publish"] = contest is not None and contest.state == State.DRAFT
        return super().render_change_form(request, context, **kwargs)
