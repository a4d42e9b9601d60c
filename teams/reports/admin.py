"""The desk of those who ask for the reports, read them and decide on them."""

from __future__ import annotations

import datetime as dt

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from content import tables
from content.replica import may_lag
from members import permissions
from members.scoped_admin import ScopedAdmin
from teams import months
from teams.models import DigitalTeam, Indicator, Report
from teams.reports import actions, exports, late, rules, wording
from teams.reports.forms import IndicatorForm, StartForm
from teams.reports.link_pages import LinkPages
from teams.reports.rules import ReportRefused
from vietnam.dates import local

READ, MANAGE, ACCEPT = "teams.read", "teams.manage", "teams.accept"
State = Report.State
MOST = 500
"""Reports accepted in one go."""
MONTHS_SHOWN = 13


@admin.register(Indicator)
class IndicatorAdmin(ScopedAdmin):
    """What is asked each month. Nobody deletes: what is over gets a last month."""

    view_action, change_action, delete_action = READ, MANAGE, None
    unit_path = None
    form = IndicatorForm
    fields = [
        "code",
        "name",
        "hint",
        "measure",
        "is_level",
        "order",
        ("active_from", "active_to"),
    ]
    list_display = ["code", "name", "measure", "is_level", "order", "active_to"]
    list_display_links = ["name"]
    ordering = ["order", "code"]


class MonthFilter(admin.SimpleListFilter):
    title = _("month")
    parameter_name = "thang"

    def lookups(self, request, model_admin):
        this = months.month_of(request.now)
        back = [months.shifted(this, -n) for n in range(MONTHS_SHOWN)]
        return [(months.key(month), months.text(month)) for month in back]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        month = months.read(self.value() or "")
        return queryset.of_month(month) if month else queryset


class InTimeFilter(admin.SimpleListFilter):
    title = _("in time")
    parameter_name = "dung-han"

    def lookups(self, request, model_admin):
        return [("yes", _("In time")), ("no", _("Late"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "yes":
                return queryset.filter(first_sent_at__date__lte=F("due_on"))
            case "no":
                return queryset.filter(first_sent_at__date__gt=F("due_on"))
        return queryset


@admin.register(Report)
class ReportAdmin(ScopedAdmin):
    """Figures are typed on the team's own page; here they are read and decided on."""

    view_action, change_action, delete_action = READ, ACCEPT, None
    unit_path = "team__unit"
    change_list_template = "teams/admin/report_list.html"
    change_form_template = "teams/admin/report_form.html"
    list_display = ["title", "unit_name", "shown_month", "state", "sent", "in_time"]
    list_filter = [MonthFilter, "state", InTimeFilter]
    list_select_related = ["team__unit"]
    list_per_page = 100
    show_full_result_count = False
    ordering = ["-month", "state", "team__name_folded", "id"]
    folded_search_fields = ("team__search_text", "team__unit__folded_name")
    actions = ["accept_chosen"]
    shown = [
        *("team", "shown_month", "unit_name", "state", "due_on"),
        *("first_sent_at", "sent_at", "sent_by", "decided_at", "remark"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("team__unit")

    def get_fields(self, request, obj=None):
        return self.shown if obj else ["team", "month"]

    def get_readonly_fields(self, request, obj=None):
        return self.shown if obj else []

    def get_autocomplete_fields(self, request):
        return ["team"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = StartForm
        return super().get_form(request, obj, change, **kwargs)

    @admin.display(description=_("team"), ordering="team__name_folded")
    def title(self, report: Report) -> str:
        return report.team.name

    @admin.display(description=_("month"), ordering="month")
    def shown_month(self, report: Report) -> str:
        return months.text(report.month)

    @admin.display(description=_("sent at"), ordering="sent_at")
    def sent(self, report: Report) -> str:
        return f"{local(report.sent_at):%d/%m/%Y}" if report.sent_at else "–"

    @admin.display(description=_("in time"))
    def in_time(self, report: Report) -> str:
        in_time = report.was_in_time()
        if in_time is None:
            return "–"
        return gettext("Yes") if in_time else gettext("No")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        given = super().get_changeform_initial_data(request)
        return {"month": months.text(rules.month_due(request.now))} | given

    # --- A report on behalf of a team ---------------------------------------------

    def save_model(self, request, obj: Report, form, change) -> None:
        if change:
            return
        made = actions.begin(team=obj.team, month=obj.month, now=request.now)
        obj.pk = made.pk
        obj._state.adding = False

    def response_add(self, request, obj: Report, post_url_continue=None):
        """On to the page where the figures are typed, the same as the leader's."""
        where = [obj.team_id, months.key(obj.month)]
        return redirect(reverse("teams:report_month", args=where))

    # --- Reading and deciding -----------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        report = self.get_object(request, object_id)
        context = {}
        if report:
            context = {
                "lines": _lines(report),
                "show_save_and_add_another": False,
                "may_decide": self.has_change_permission(request, report),
                "fill_url": reverse(
                    "teams:report_month",
                    args=[report.team_id, months.key(report.month)],
                ),
                "before": months.text(months.shifted(report.month, -1)),
                "month": months.text(report.month),
            }
        context |= extra_context or {}
        return super().change_view(request, object_id, form_url, context)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept, return with a remark, or open an accepted report again."""
        report = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, report):
            raise PermissionDenied
        if request.method == "POST":
            self._decide(request, report)
        return redirect("admin:teams_report_change", pk)

    def _decide(self, request: HttpRequest, report: Report) -> None:
        remark = request.POST.get("remark", "")[:1000]
        version = request.POST.get("version", "")
        try:
            match request.POST.get("verb"):
                case "accept":
                    seen = int(version) if version.isdecimal() else -1
                    actions.accept(
                        report=report, version=seen, remark=remark, now=request.now
                    )
                    text = gettext("Accepted: the figures count from now on.")
                case "return":
                    actions.return_(report=report, remark=remark, now=request.now)
                    text = gettext("Returned: the leader gets your remark by letter.")
                case "reopen":
                    actions.reopen(report=report, remark=remark, now=request.now)
                    text = gettext(
                        "Opened again: its figures do not count until accepted anew."
                    )
                case _:
                    raise Http404("no such verb")
        except ReportRefused as refused:
            label = str(refused.reason.label)
            self.message_user(request, label, messages.ERROR)
            return
        self.log_change(request, report, text)
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=_("Accept the chosen reports"), permissions=["change"])
    def accept_chosen(self, request: HttpRequest, queryset: QuerySet):
        """First what would be accepted and what would not, then the deed."""
        rows = self.changeable(request, queryset).prefetch_related("values")
        chosen = list(rows.select_related("team__unit").order_by("pk")[: MOST + 1])
        if len(chosen) > MOST:
            text = gettext("Choose at most %(n)d reports at once.") % {"n": MOST}
            self.message_user(request, text, messages.WARNING)
            return None
        if "confirmed" in request.POST:
            self._accept_all(request, chosen)
            return None
        ready = [one for one in chosen if one.state == State.SENT]
        context = self.admin_site.each_context(request) | {
            "title": gettext("Accept the chosen reports"),
            "opts": self.opts,
            "ready": _previews(ready),
            "others": [one for one in chosen if one.state != State.SENT],
        }
        return TemplateResponse(request, "teams/admin/report_accept.html", context)

    def _accept_all(self, request: HttpRequest, chosen: list[Report]) -> None:
        done, text = 0, gettext("Accepted: the figures count from now on.")
        for report in chosen:
            seen = request.POST.get(f"version-{report.pk}", "")
            if not seen.isdecimal():
                continue
            try:
                actions.accept(report=report, version=int(seen), now=request.now)
            except ReportRefused as refused:
                why = f"{report}: {refused.reason.label}"
                self.message_user(request, why, messages.WARNING)
                continue
            self.log_change(request, report, text)
            done += 1
        text = ngettext("%(n)d report accepted.", "%(n)d reports accepted.", done)
        self.message_user(request, text % {"n": done}, messages.SUCCESS)

    # --- Who is late, and the figures to take out ---------------------------------

    def late_view(self, request: HttpRequest) -> HttpResponse:
        """Whose report of a month is missing, and who is to be called."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        month = self._month(request)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Missing reports of %(month)s")
            % {"month": months.text(month)},
            "opts": self.opts,
            "rows": late.rows(request.user, month, now=request.now),
            "may_call": permissions.may(request.user, ACCEPT),
            "due_on": rules.due_on(month),
            "overdue": late.is_overdue(month, now=request.now),
            "months": self._choices(request, month),
        }
        return render(request, "teams/admin/report_late.html", context)

    def export_view(self, request: HttpRequest, ending: str) -> HttpResponse:
        """The figures of a month by team, in one's own units."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if ending not in tables.ENDINGS:
            raise Http404("no such list")
        month = self._month(request)
        teams = DigitalTeam.objects.of_month(month)
        teams = permissions.scoped(teams, request.user, READ)
        only = "accepted" in request.GET
        with may_lag():
            lines = exports.table(month, teams, accepted_only=only)
        title = gettext("Reports %(month)s") % {"month": f"{month:%m-%Y}"}
        name = f"bao-cao-{months.key(month)}"
        return tables.response(
            lines, ending, name=name, title=title, widths=exports.WIDTHS
        )

    def _month(self, request: HttpRequest) -> dt.date:
        given = months.read(request.GET.get("thang", ""))
        return given or rules.month_due(request.now)

    def _choices(self, request: HttpRequest, here: dt.date) -> list[dict]:
        this = months.month_of(request.now)
        back = {months.shifted(this, -n) for n in range(MONTHS_SHOWN)} | {here}
        return [
            {"key": months.key(one), "text": months.text(one), "here": one == here}
            for one in sorted(back, reverse=True)
        ]

    def changelist_view(self, request, extra_context=None):
        month = self._month(request)
        context = {"month_key": months.key(month), "month": months.text(month)}
        return super().changelist_view(request, context | (extra_context or {}))

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("con-thieu/", wrap(self.late_view), name="teams_report_late"),
            path(
                "so-lieu.<str:ending>",
                wrap(self.export_view),
                name="teams_report_export",
            ),
            path(
                "<int:pk>/quyet-dinh/",
                wrap(self.decide_view),
                name="teams_report_decide",
            ),
            path(
                "duong-dan/<int:pk>/",
                wrap(LinkPages(self).page),
                name="teams_report_link",
            ),
            *super().get_urls(),
        ]


def _lines(report: Report) -> list[wording.Line]:
    """What a draft says is its team's own until it is sent."""
    if report.state == State.DRAFT:
        return []
    before = Report.objects.filter(
        team=report.team_id, month=months.shifted(report.month, -1)
    )
    return wording.lines(
        list(Indicator.objects.asked_in(report.month)),
        actions.values_of(report),
        actions.values_of(before.exclude(state=State.DRAFT).first()),
    )


def _previews(reports: list[Report]) -> list[dict]:
    """Each with its figures in one line, and what leaps out against last month."""
    asked = {one.pk: one for one in Indicator.objects.all()}
    before = {
        (one.team_id, one.month): actions.values_of(one)
        for one in Report.objects.accepted()
        .filter(
            team__in=[one.team_id for one in reports],
            month__in={months.shifted(one.month, -1) for one in reports},
        )
        .prefetch_related("values")
    }
    found = []
    for report in reports:
        values = actions.values_of(report)
        last = before.get((report.team_id, months.shifted(report.month, -1)), {})
        found.append(
            {
                "report": report,
                "month": months.text(report.month),
                "figures": [
                    (asked[pk].code, wording.words(asked[pk], value))
                    for pk, value in sorted(
                        values.items(), key=lambda pair: asked[pair[0]].order
                    )
                    if asked[pk].is_number
                ],
                "leaps": [
                    asked[pk].name
                    for pk, value in values.items()
                    if rules.leaps(asked[pk], value, last.get(pk))
                ],
            }
        )
    return found
