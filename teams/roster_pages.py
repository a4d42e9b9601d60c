"""Three pages in the admin: send a list, look at what it would do, do it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content.files import Kind
from members import access_log, permissions
from members.lists.sheet import Sheet, SheetRefused
from teams.forms import ListForm
from teams.models import DigitalTeam, RosterRun, TeamMember
from teams.roster import parked, runs, template
from teams.roster.columns import LAYOUT, Column
from teams.roster.export import NAME, as_list
from teams.roster.plan import MOST_DOUBTS, Plan
from teams.roster.planning import make_plan
from teams.roster.sheet import read
from teams.roster.writing import Busy, PlanChanged, carry_out
from vietnam.dates import local_day

MOST_ERRORS = 200
"""Shown at once; whoever has more has one mistake many times."""
PERSON, SECOND_TEAM = "row-", "team-"
"""What the fields with the answers are called, before the number of the row."""


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
        if len(sheet.rows) >= runs.LONG:
            return self._hand_over(request, token, sheet)
        try:
            plan = carry_out(
                sheet=sheet,
                by=request.user,
                now=request.now,
                choices=_answers(request, PERSON),
                second_teams=_answers(request, SECOND_TEAM),
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
        outcome = _outcome(plan.counts())
        self.admin.message_user(request, outcome, messages.SUCCESS)
        return redirect("admin:teams_digitalteam_changelist")

    def _hand_over(self, request: HttpRequest, token: str, sheet: Sheet):
        """A long list goes to a worker, once everything is answered."""
        plan = self._plan(request, sheet)
        if not plan.is_ready or plan.fingerprint() != request.POST.get("plan", ""):
            return self._preview_page(request, sheet, plan, asked_again=True)
        run = runs.start(
            token=token,
            user=request.user,
            rows=len(sheet.rows),
            fingerprint=plan.fingerprint(),
            choices=_answers(request, PERSON),
            second_teams=_answers(request, SECOND_TEAM),
            tidy_names=_tidy(request),
            now=request.now,
        )
        return redirect("admin:teams_roster_run", run.pk)

    @property
    def run(self):
        return require_safe(never_cache(self._run))

    def _run(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far a long list is; only its sender looks at it."""
        self._check(request)
        run = get_object_or_404(RosterRun, pk=pk, user=request.user)
        if run.state == RosterRun.State.DONE:
            self.admin.message_user(request, _outcome(run.outcome), messages.SUCCESS)
            return redirect("admin:teams_digitalteam_changelist")
        if not run.is_unfinished:
            text = gettext("Nothing has been written. Look at the list once more.")
            self.admin.message_user(request, text, messages.WARNING)
            return redirect("admin:teams_roster_preview", run.token)
        context = {
            **self.admin.admin_site.each_context(request),
            "title": gettext("The list is being brought in"),
            "opts": self.admin.opts,
            "run": run,
            "done": runs.done_of(run) or 0,
        }
        response = render(request, "teams/admin/roster_run.html", context)
        # The page comes again by itself, without a script.
        response["Refresh"] = "2"
        return response

    @property
    def export(self):
        return require_safe(self._export)

    def _export(self, request: HttpRequest) -> HttpResponse:
        """Every team one may see, in the shape in which a list is brought in."""
        if not permissions.may(request.user, "teams.read"):
            raise PermissionDenied
        teams = permissions.scoped(
            DigitalTeam.objects.all(), request.user, "teams.read"
        )
        today = local_day(request.now)
        made = as_list(teams, user=request.user, now=request.now)
        going = TeamMember.objects.current(today).filter(team__in=teams.active(today))
        access_log.note_access(
            by=request.user,
            kind="teams.roster",
            what=gettext("List of teams"),
            people=going.order_by().values_list("person", flat=True),
            now=request.now,
        )
        response = HttpResponse(made, content_type=Kind.XLSX.media_type)
        name = f"{NAME}-{today:%Y-%m-%d}.xlsx"
        response["Content-Disposition"] = content_disposition_header(True, name)
        response["Cache-Control"] = "private, no-store"
        return response

    def _plan(self, request: HttpRequest, sheet: Sheet) -> Plan:
        return make_plan(
            sheet,
            user=request.user,
            now=request.now,
            choices=_answers(request, PERSON),
            second_teams=_answers(request, SECOND_TEAM),
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


CHANGED = ("new_members", "changed_members", "changed_teams")


def _answers(request: HttpRequest, prefix: str) -> dict[int, str]:
    """The answers to one sort of question, by row."""
    answers = {}
    for name, value in request.POST.items():
        row = name.removeprefix(prefix)
        if name != row and row.isascii() and row.isdigit() and len(row) < 8:
            answers[int(row)] = value
    return answers


def _tidy(request: HttpRequest) -> bool:
    """Names in capitals are written as offered unless somebody unticks it."""
    return request.method != "POST" or "tidy_names" in request.POST


def _outcome(counts: dict[str, int]) -> str:
    if not any(counts[name] for name in ("new_teams", *CHANGED)):
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
