"""Reading the forms that parents signed on paper."""

from __future__ import annotations

from functools import partial

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from contests import signed_forms
from contests.admin.remembered import MANAGE
from contests.admin.saying import sentence
from contests.admin_forms import FormReasonForm
from contests.locks import Busy
from contests.models import SignedForm
from members.scoped_admin import ScopedAdmin, ScopedRelatedFilter


@admin.register(SignedForm)
class SignedFormAdmin(ScopedAdmin):
    """Look at the picture, compare it with what was typed, accept or not."""

    view_action = change_action = MANAGE
    delete_action = None
    unit_path = "contest__unit"
    list_display = [
        "child",
        "guardian_name",
        "relation",
        "picture",
        "publish_name",
        "publish_picture",
        "state",
        "contest",
        "uploaded_at",
    ]
    list_filter = ["state", ("contest", ScopedRelatedFilter)]
    list_select_related = ["child", "contest"]
    show_full_result_count = False
    folded_search_fields = ("child__folded_name",)
    search_help_text = _("Name of the child, with or without accents")
    ordering = ["-uploaded_at", "-id"]
    actions = ["accept", "refuse"]
    fields = [
        "child",
        "contest",
        "guardian_name",
        "relation",
        "publish_name",
        "publish_picture",
        "picture",
        "state",
        "reason",
        "uploaded_by",
        "uploaded_at",
        "decided_by",
        "decided_at",
    ]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return self.fields

    @admin.display(description=_("file"))
    def picture(self, form: SignedForm) -> str:
        url = reverse("contests:signed_form", args=[form.pk])
        return format_html('<a href="{}">{}</a>', url, form.name)

    @admin.action(description=_("Accept: the consent counts"), permissions=["change"])
    def accept(self, request: HttpRequest, rows) -> None:
        self._each(request, rows, signed_forms.accept)

    @admin.action(description=_("Do not accept…"), permissions=["change"])
    def refuse(self, request: HttpRequest, rows) -> HttpResponse | None:
        form = FormReasonForm(request.POST if "apply" in request.POST else None)
        if form.is_valid():
            act = partial(signed_forms.decline, reason=form.cleaned_data["reason"])
            self._each(request, rows, act)
            return None
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Do not accept"),
            "form": form,
            "action": "refuse",
            "forms": self.changeable(request, rows)[:20],
            "selected": request.POST.getlist("_selected_action"),
            "select_across": request.POST.get("select_across", "0"),
            "index": request.POST.get("index", "0"),
        }
        return render(request, "contests/admin/refuse_form.html", context)

    def _each(self, request: HttpRequest, rows, act) -> None:
        done = 0
        waiting = self.changeable(request, rows).filter(state=SignedForm.State.WAITING)
        for pk in waiting.order_by("pk").values_list("pk", flat=True):
            try:
                act(form_id=pk, by=request.user, now=request.now)
                done += 1
            except Busy as error:
                self.message_user(request, sentence(error), messages.WARNING)
        text = ngettext("%(n)d form read.", "%(n)d forms read.", done)
        self.message_user(request, text % {"n": done}, messages.SUCCESS)
