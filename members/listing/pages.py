"""Pages of the admin: send a list, look at what it would do, do it; take it out."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from content.tables import CSV, XLSX
from members import access_log, factors, permissions
from members.listing import runs, template
from members.listing.columns import LAYOUT, Column
from members.listing.export import Exporter
from members.listing.planning import ALL_OTHERS
from members.listing.rows import home_unit
from members.listing.summary import MOST_ASKED
from members.lists.stream import check_either
from members.models import MemberListRun, Person
from vietnam.dates import local_day

ANSWER = "row-"
"""What the fields with the answers are called, before the number of the row."""
EXPORT_NAME = "danh-sach-doan-vien"
LAST_RUNS = 10
State, Step = MemberListRun.State, MemberListRun.Step


class ListForm(forms.Form):
    """The spreadsheet to look into."""

    file = forms.FileField(
        label=_("Spreadsheet (.xlsx or .csv)"),
        help_text=_("At most 20 MB and 100,000 rows, one row for each person."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        check_either(file, name=file.name, layout=LAYOUT)
        return file


class ListPages:
    """For the admin of people: its pages for whole lists."""

    change_list_template = "admin/members/person_list.html"

    def get_urls(self):
        def page(view, *methods: str):
            allowed = require_http_methods(["GET", "HEAD", *methods])
            return self.admin_site.admin_view(never_cache(allowed(view)))

        return [
            path(
                "danh-sach/nhap/",
                page(self.list_upload, "POST"),
                name="members_person_list_upload",
            ),
            path(
                "danh-sach/nhap/<int:pk>/",
                page(self.list_run, "POST"),
                name="members_person_list_run",
            ),
            path(
                "danh-sach/mau/",
                page(self.list_template),
                name="members_person_list_template",
            ),
            path(
                "danh-sach/xuat/<str:ending>/",
                self.admin_site.admin_view(
                    require_safe(factors.freshly_shown(self.list_export))
                ),
                name="members_person_list_export",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context=None):
        shown = {
            "may_merge": permissions.may(request.user, "people.merge"),
            "may_import": permissions.may(request.user, "people.manage"),
            "asked": request.GET.urlencode(),
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    # --- In -----------------------------------------------------------------------

    def list_upload(self, request: HttpRequest) -> HttpResponse:
        _check(request)
        sent = request.method == "POST"
        form = ListForm(request.POST, request.FILES) if sent else ListForm()
        if sent and form.is_valid():
            file = form.cleaned_data["file"]
            run = runs.start(
                file=file, name=file.name, user=request.user, now=request.now
            )
            return redirect("admin:members_person_list_run", run.pk)
        mine = MemberListRun.objects.filter(user=request.user)
        context = self._context(request, gettext("Bring in a member list")) | {
            "form": form,
            "columns": [column.title for column in Column],
            "home": home_unit(request.user, local_day(request.now)),
            "runs": mine[:LAST_RUNS],
        }
        return render(request, "members/admin/list_upload.html", context)

    def list_template(self, request: HttpRequest) -> HttpResponse:
        _check(request)
        home = permissions.home_unit(request.user, "people.manage")
        made = template.empty_list(str(home.name) if home else "")
        return _as_file(HttpResponse(made, content_type=XLSX), template.NAME)

    def list_run(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far a list is, and what it would do; only its sender sees it."""
        _check(request)
        run = get_object_or_404(MemberListRun, pk=pk, user=request.user)
        if request.method == "POST":
            return self._answered(request, run)
        if run.state == State.DONE:
            return self._page(request, run, "done", words=_outcome(run.outcome))
        if run.is_unfinished:
            response = self._page(request, run, "run", done=runs.done_of(run) or 0)
            # The page comes again by itself, without a script.
            response["Refresh"] = "2"
            return response
        if run.state == State.REFUSED:
            return self._page(request, run, "refused")
        counts = run.found.get("counts", {})
        return self._page(
            request,
            run,
            "preview",
            found=run.found,
            counts=counts,
            good=counts.get("new", 0) + counts.get("changed", 0),
            more_errors=max(0, run.found["cells"] - len(run.found["errors"])),
            others=run.answers.get(str(ALL_OTHERS)),
            more_asked=max(0, counts.get("asked", 0) - len(run.found["asked"])),
            most_asked=MOST_ASKED,
        )

    def _answered(self, request: HttpRequest, run: MemberListRun) -> HttpResponse:
        if "give_up" in request.POST:
            if not run.is_unfinished and run.state != State.DONE:
                runs.drop(run=run)
            return redirect("admin:members_person_list_upload")
        runs.accept(
            run=run,
            # What was answered before stays answered, though it is not asked again.
            answers={
                **{int(row): value for row, value in run.answers.items()},
                ALL_OTHERS: request.POST.get("others", ""),
                **_answers(request),
            },
            replace="replace" in request.POST,
            tidy_names="tidy_names" in request.POST,
            step=Step.WRITE if "write" in request.POST else Step.LOOK,
            now=request.now,
        )
        return redirect("admin:members_person_list_run", run.pk)

    def _page(self, request, run: MemberListRun, name: str, **shown) -> HttpResponse:
        title = {
            "run": run.get_step_display(),
            "done": gettext("The list is in"),
            "refused": gettext("The list cannot be read"),
            "preview": gettext("What this list would change"),
        }[name]
        context = self._context(request, title) | {"run": run, **shown}
        return render(request, f"members/admin/list_{name}.html", context)

    def _context(self, request: HttpRequest, title: str) -> dict:
        site = self.admin_site.each_context(request)
        return site | {"title": title, "opts": self.opts}

    # --- Out ----------------------------------------------------------------------

    def list_export(self, request: HttpRequest, ending: str) -> HttpResponseBase:
        """What the list shows with its filters, in the shape in which it comes in."""
        if not permissions.may(request.user, "people.read"):
            raise PermissionDenied
        if ending not in {"csv", "xlsx"}:
            raise Http404
        shown = self.get_changelist_instance(request).get_queryset(request)
        people = Person.objects.filter(pk__in=shown.order_by().values("pk"))
        access_log.note_access(
            by=request.user,
            kind="members.list",
            what=gettext("Member list"),
            people=people.values_list("pk", flat=True),
            unit=permissions.home_unit(request.user, "people.read"),
            now=request.now,
        )
        made = Exporter(people, user=request.user, now=request.now)
        name = f"{EXPORT_NAME}-{local_day(request.now):%Y-%m-%d}.{ending}"
        if ending == "csv":
            return _as_file(StreamingHttpResponse(made.csv(), content_type=CSV), name)
        return _as_file(FileResponse(made.xlsx(), content_type=XLSX), name)


def _as_file(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "private, no-store"
    return response


def _check(request: HttpRequest) -> None:
    if not permissions.may(request.user, "people.manage"):
        raise PermissionDenied


def _answers(request: HttpRequest) -> dict[int, str]:
    answers = {}
    for name, value in request.POST.items():
        row = name.removeprefix(ANSWER)
        if name != row and row.isascii() and row.isdigit() and len(row) < 8:
            answers[int(row)] = value[:30]
    return answers


def _outcome(counts: dict[str, int]) -> list[str]:
    """The numbers in sentences, those that are none left out."""
    said = [
        (
            "new",
            ngettext(
                "%(number)d person came in.",
                "%(number)d people came in.",
                counts.get("new", 0),
            ),
        ),
        (
            "changed",
            ngettext(
                "%(number)d row filled in something that was missing.",
                "%(number)d rows filled in something that was missing.",
                counts.get("changed", 0),
            ),
        ),
        (
            "known",
            ngettext(
                "%(number)d row said what the portal knows already.",
                "%(number)d rows said what the portal knows already.",
                counts.get("known", 0),
            ),
        ),
        (
            "asked",
            ngettext(
                "%(number)d row was left out, because nobody said who is meant.",
                "%(number)d rows were left out, because nobody said who is meant.",
                counts.get("asked", 0),
            ),
        ),
        (
            "wrong",
            ngettext(
                "%(number)d row was left out, because a cell of it cannot be read.",
                "%(number)d rows were left out, because a cell of them cannot be read.",
                counts.get("wrong", 0),
            ),
        ),
    ]
    return [words % {"number": counts[key]} for key, words in said if counts.get(key)]
