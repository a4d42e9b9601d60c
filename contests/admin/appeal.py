"""Appeals of entrants, and their answers."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contests import appeals
from contests.admin import pages
from contests.admin.remembered import MANAGE, Remembered
from contests.admin.saying import run
from contests.admin_forms import AnswerForm
from contests.models import Appeal
from members.scoped_admin import ScopedAdmin


@admin.register(Appeal)
class AppealAdmin(Remembered, ScopedAdmin):
    """Written by entrants, answered on a page of its own."""

    view_action = change_action = MANAGE
    delete_action = None
    unit_path = "entry__contest__unit"
    list_display = ["entry", "code", "contest", "state", "sent_at", "answered_at"]
    list_filter = ["state"]
    list_select_related = ["entry__contest"]
    show_full_result_count = False
    search_fields = ["entry__code"]
    search_help_text = _("Receipt code")
    ordering = ["state", "sent_at", "id"]
    change_form_template = "contests/admin/appeal_form.html"
    fields = [
        "entry",
        "contest",
        "state",
        "text",
        "sent_at",
        "answer",
        "answered_at",
        "answered_by",
    ]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return self.fields

    @admin.display(description=_("receipt code"), ordering="entry__code")
    def code(self, appeal: Appeal) -> str:
        return appeal.entry.code

    @admin.display(description=_("contest"))
    def contest(self, appeal: Appeal) -> str:
        return appeal.entry.contest.title

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.answer_view)
        name = "contests_appeal_answer"
        return [path("<int:pk>/answer/", view, name=name), *super().get_urls()]

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = self.get_queryset(request).select_related("entry__contest__unit")
        appeal = get_object_or_404(rows, pk=pk)
        form = AnswerForm(request.POST or None, appeal=appeal)
        if request.method == "POST" and form.is_valid():
            act = partial(
                appeals.answer,
                appeal_id=pk,
                accepted=form.cleaned_data["accepted"],
                text=form.cleaned_data["text"],
                prize=form.new_prize,
            )
            if run(self, request, act, gettext("The answer is on its way.")):
                return redirect("admin:contests_appeal_change", pk)
        return pages.page(
            self,
            request,
            appeal.entry.contest,
            "answer",
            title=gettext("Answer the appeal"),
            appeal=appeal,
            form=form,
        )
