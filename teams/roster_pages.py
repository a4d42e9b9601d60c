"""Three pages in the admin: send a list, look at what it would do, do it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content.files import Kind
from members import permissions
from members.lists.sheet import Sheet, SheetRefused
from teams.forms import ListForm
from teams.roster import parked, template
from teams.roster.columns import LAYOUT, Column
from teams.roster.plan import MOST_DOUBTS, Plan
from teams.roster.planning import make_plan
from teams.roster.sheet import read
from teams.roster.writing import Busy, PlanChanged, carry_out

MOST_ERRORS = 200
"""Shown at once; whoever has more has one mistake many times."""
ANSWER = "row-"


class Pages:
    """The pages of one team admin; each asks for the right to manage teams."""

    def __init__(self, model_admin) -> None:
        self.admin = model_admin

    def upload(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        sent = request.method == "POST"
        form = ListForm(request.POST, request.FILES) if sent else ListForm()
        if sent and form.is_valid():
            token = parked.park(form.cleaned_data["file"], user=request.user)
            return redirect("admin:teams_roster_preview", token)
        return self._upload_page(request, form)

    @property
    def template(self):
        return require_safe(self._template)

    def _template(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        response = HttpResponse(
            template.empty_list(), content_type=Kind.XLSX.media_type
        )
        response["Content-Disposition"] = content_disposition_header(
            True, template.NAME
        )
        return response

    @property
    def preview(self):
        return never_cache(self._preview)

    def _preview(self, request: HttpRequest, token: str) -> HttpResponse:
        """GET shows the plan; POST gives it up, asks on, or carries it out."""
        self._check(request)
        try:
            with parked.fetch(token, user=request.user) as file:
                sheet = read(file)
        except parked.NotParked:
            text = gettext("This list is not here any more. Send it once more.")
            self.admin.message_user(request, text, messages.WARNING)
            return redirect("admin:teams_roster_upload")
        except SheetRefused as refused:
            parked.drop(token, user=request.user)
            form = ListForm({}, {})
            form.errors["file"] = form.error_class([refused.sentence])
            return self._upload_page(request, form)
        if request.method != "POST":
            return self._preview_page(request, sheet, self._plan(request, sheet))
        if "give_up" in request.POST:
            parked.drop(token, user=request.user)
            return redirect("admin:teams_digitalteam_changelist")
        return self._carry_out(request, token, sheet)

    def _carry_out(self, request: HttpRequest, token: str, sheet: Sheet):
        try:
            plan = carry_out(
                sheet=sheet,
                by=request.user,
                now=request.now,
                choices=_choices(request),
                tidy_names=_tidy(request),
                fingerprint=request.POST.get("plan", ""),
            )
        except PlanChanged as changed:
            return self._preview_page(request, sheet, changed.plan, asked_again=True)
        except Busy:
            text = gettext("Somebody else is changing teams just now. Try again.")
            self.admin.message_user(request, text, messages.WARNING)
            return self._preview_page(request, sheet, self._plan(request, sheet))
        parked.drop(token, user=request.user)
        self.admin.message_user(request, _outcome(plan), messages.SUCCESS)
        return redirect("admin:teams_digitalteam_changelist")

    def _plan(self, request: HttpRequest, sheet: Sheet) -> Plan:
        return make_plan(
            sheet,
            user=request.user,
            now=request.now,
            choices=_choices(request),
            tidy_names=_tidy(request),
        )

    def _check(self, request: HttpRequest) -> None:
        if not permissions.may(request.user, "teams.manage"):
            raise PermissionDenied

    def _upload_page(self, request: HttpRequest, form: ListForm) -> HttpResponse:
        context = {
            **self.admin.admin_site.each_context(request),
            "title": gettext("Bring in a list of teams"),
            "opts": self.admin.opts,
            "form": form,
            "columns": [column.title for column in Column],
            "most_rows": LAYOUT.most_rows,
        }
        return render(request, "teams/admin/roster_upload.html", context)

    def _preview_page(
        self,
        request: HttpRequest,
        sheet: Sheet,
        plan: Plan,
        *,
        asked_again: bool = False,
    ) -> HttpResponse:
        context = {
            **self.admin.admin_site.each_context(request),
            "title": gettext("What this list would change"),
            "opts": self.admin.opts,
            "plan": plan,
            "rows": len(sheet.rows),
            "counts": plan.counts(),
            "errors": plan.errors[:MOST_ERRORS],
            "more_errors": max(0, len(plan.errors) - MOST_ERRORS),
            "most_doubts": MOST_DOUBTS,
            "tidy_names": _tidy(request),
            "fingerprint": plan.fingerprint(),
            "asked_again": asked_again,
        }
        return render(request, "teams/admin/roster_preview.html", context)


def _choices(request: HttpRequest) -> dict[int, str]:
    """The answers to doubts, by row."""
    answers = {}
    for name, value in request.POST.items():
        row = name.removeprefix(ANSWER)
        if name != row and row.isascii() and row.isdigit() and len(row) < 8:
            answers[int(row)] = value
    return answers


def _tidy(request: HttpRequest) -> bool:
    """Names in capitals are written as offered unless somebody unticks it."""
    return request.method != "POST" or "tidy_names" in request.POST


def _outcome(plan: Plan) -> str:
    counts = plan.counts()
    if not plan.changed_teams:
        return gettext("The portal knows all of this list already; nothing changed.")
    teams = ngettext(
        "%(number)d new team", "%(number)d new teams", counts["new_teams"]
    ) % {"number": counts["new_teams"]}
    members = ngettext(
        "%(number)d new member", "%(number)d new members", counts["new_members"]
    ) % {"number": counts["new_members"]}
    changed = counts["changed_members"] + counts["changed_teams"]
    changes = ngettext("%(number)d row changed", "%(number)d rows changed", changed) % {
        "number": changed
    }
    return gettext("The list is in: %(teams)s, %(members)s, %(changes)s.") % {
        "teams": teams,
        "members": members,
        "changes": changes,
    }
