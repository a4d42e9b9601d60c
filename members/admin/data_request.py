"""The desk of requests about data, and the ledger of what was erased."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from content.files.download import private_headers
from members import access_log, factors, permissions
from members.models import DataRequest, Erasure
from members.mydata import actions, clocks, copies, desk, preview, rules
from members.mydata.forms import AnswerForm, ExtendForm, RequestForm, SureForm
from members.scoped_admin import OfTheWhole, ScopedAdmin
from vietnam.dates import local_day

ERASE = "people.erase"
COPIED = {DataRequest.Kind.COPY, DataRequest.Kind.SEE}


class LateFilter(admin.SimpleListFilter):
    title = _("clock")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return [("yes", _("Overdue")), ("soon", _("Due within three days"))]

    def queryset(self, request: HttpRequest, queryset):
        today = local_day(request.now)
        if self.value() == "yes":
            return queryset.open().filter(due_on__lt=today)
        if self.value() == "soon":
            return queryset.open().filter(
                due_on__gte=today, due_on__lte=today + desk.SOON
            )
        return queryset


@admin.register(DataRequest)
class DataRequestAdmin(ScopedAdmin):
    """Typed in once, then answered, extended or carried out on pages of their own."""

    view_action = change_action = desk.ACTION
    delete_action = None
    form = RequestForm
    fields = ["person", "kind", "way", "received_on", "text"]
    autocomplete_fields = ["person"]
    list_display = ["kind", "who", "way", "state", "received_at", "due_on", "confirmed"]
    list_filter = ["state", "kind", LateFilter]
    list_select_related = ["person"]
    show_full_result_count = False
    search_fields: list[str] = []
    folded_search_fields = ("person__folded_name",)
    ordering = ["due_on", "id"]
    change_form_template = "members/admin/data_request_form.html"

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """What somebody asked is never rewritten."""
        return obj is None and super().has_change_permission(request)

    def get_fields(self, request: HttpRequest, obj=None) -> list[str]:
        if obj is None:
            return self.fields
        return [
            *("person", "unit", "kind", "way", "state", "text"),
            *("received_at", "confirm_by", "acknowledged_at", "due_on"),
            *("reason_to_extend", "not_before", "answer", "decided_at", "decided_by"),
            "entered_by",
        ]

    @admin.display(description=_("person"), ordering="person__sort_key")
    def who(self, row: DataRequest) -> str:
        return str(row.person) if row.person else gettext("Deleted")

    @admin.display(description=_("confirmed"), ordering="acknowledged_at")
    def confirmed(self, row: DataRequest) -> str:
        return gettext("Yes") if row.acknowledged_at else gettext("No")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        today = local_day(request.now)
        return {"received_on": today} | super().get_changeform_initial_data(request)

    def save_model(self, request: HttpRequest, obj, form, change) -> None:
        made = actions.ask(
            person=obj.person,
            kind=DataRequest.Kind(obj.kind),
            way=DataRequest.Way(obj.way),
            text=obj.text,
            by=request.user,
            now=request.now,
            received_at=clocks.moment_of(form.cleaned_data["received_on"], request.now),
        )
        obj.__dict__.update(made.__dict__)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        extra = {"may_erase": permissions.may(request.user, ERASE)}
        extra |= extra_context or {}
        return super().change_view(request, object_id, form_url, extra)

    # --- Pages of one request -----------------------------------------------------

    def get_urls(self) -> list:
        pages = {
            "answer": require_http_methods(["GET", "POST"])(self.answer_view),
            "extend": require_http_methods(["GET", "POST"])(self.extend_view),
            "erase": require_http_methods(["GET", "POST"])(
                factors.freshly_shown(self.erase_view)
            ),
            "confirm": require_POST(self.confirm_view),
            "copy": require_POST(factors.freshly_shown(self.copy_view)),
        }
        found = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"members_datarequest_{name}",
            )
            for name, view in pages.items()
        ]
        return [*found, *super().get_urls()]

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row, form = self._row(request, pk), AnswerForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._run(
                request,
                row,
                lambda: actions.answer(
                    request_id=pk,
                    done=form.done,
                    text=form.cleaned_data["text"],
                    by=request.user,
                    now=request.now,
                ),
                gettext("The answer has been written down."),
            )
        return self._page(
            request, row, form, gettext("Answer the request"), gettext("Answer")
        )

    def extend_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row, form = self._row(request, pk), ExtendForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._run(
                request,
                row,
                lambda: actions.extend(
                    request_id=pk,
                    reason=form.cleaned_data["reason"],
                    now=request.now,
                ),
                gettext("The time has been extended."),
            )
        return self._page(
            request, row, form, gettext("Extend the time"), gettext("Extend")
        )

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        row = self._row(request, pk)
        return self._run(
            request,
            row,
            lambda: actions.confirm(request_id=pk, now=request.now),
            gettext("Written down: the person knows that the request is here."),
        )

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The archive, for somebody who asked on paper and has no account to fetch it
        with; the staff hand it over. Written down like everything that is taken out."""
        row = self._row(request, pk)
        if not (row.is_open and row.person and row.kind in COPIED):
            raise Http404
        access_log.note_access(
            by=request.user,
            kind="members.copy",
            what=str(row),
            people=[row.person.pk],
            about=f"members.datarequest:{pk}",
            unit=row.unit,
            now=request.now,
        )
        _name, made = copies.archive(row.person, now=request.now)
        return private_headers(
            FileResponse(made),
            name=copies.name_of(row.person, request.now),
            media_type=copies.MEDIA_TYPE,
        )

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The dry run first; only who runs the province carries it out."""
        row = self._row(request, pk, action=ERASE)
        form = SureForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._run(
                request,
                row,
                lambda: actions.erase(request_id=pk, by=request.user, now=request.now),
                gettext("The person's data has been deleted."),
            )
        refusal = rules.why_not_erase(row, now=request.now)
        plan = None if refusal else preview.dry_run(row.person, now=request.now)
        return self._page(
            request,
            row,
            form,
            gettext("Delete the person's data"),
            gettext("Delete"),
            plan=plan,
            refusal=refusal and refusal.label,
        )

    def _row(
        self, request: HttpRequest, pk: int, *, action: str = desk.ACTION
    ) -> DataRequest:
        rows = permissions.scoped(DataRequest.objects.all(), request.user, action)
        return get_object_or_404(rows.select_related("person"), pk=pk)

    def _run(
        self, request: HttpRequest, row: DataRequest, act: Callable, done: str
    ) -> HttpResponse:
        try:
            act()
        except rules.Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.log_change(request, row, done)
            self.message_user(request, done)
        return redirect("admin:members_datarequest_change", row.pk)

    def _page(
        self, request: HttpRequest, row: DataRequest, form, title, button, **extra
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "button": button,
            "row": row,
            "form": form,
            "opts": self.opts,
            **extra,
        }
        return render(request, "members/admin/data_request.html", context)


@admin.register(Erasure)
class ErasureAdmin(OfTheWhole, ScopedAdmin):
    """To look at: the ledger is written by erasing and by nothing else."""

    view_action = change_action = ERASE
    add_action = delete_action = None
    unit_path = None
    list_display = ["person", "kind", "at"]
    list_filter = ["kind"]
    fields = ["person", "kind", "at", "digest"]
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False
