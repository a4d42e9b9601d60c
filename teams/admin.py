"""The desk of those who look after the teams."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content import clock
from members import permissions
from members.models import Unit
from members.scoped_admin import ScopedAdmin, ScopedTabularInline
from teams import actions, roster_pages
from teams.coverage_admin import CoveragePages
from teams.figures import admin as figures_admin
from teams.forms import MemberForm, MemberFormSet, TeamForm
from teams.help import admin as help_admin
from teams.member_admin import TeamMemberAdmin, TeamSkillAdmin
from teams.models import DigitalTeam, TeamMember
from teams.nominations.admin import NominationAdmin
from teams.nominations.rules import why_not_open
from teams.people import stranded_teams
from teams.recognition.admin import RecognitionAdmin
from teams.reports import admin as report_admin
from teams.rules import Refused
from vietnam.dates import local_day

__all__ = [
    "DigitalTeamAdmin",
    "NominationAdmin",
    "RecognitionAdmin",
    "TeamMemberAdmin",
    "TeamSkillAdmin",
    "figures_admin",
    "help_admin",
    "report_admin",
]

READ, MANAGE = "teams.read", "teams.manage"


class CoverageFilter(admin.SimpleListFilter):
    """The gaps: teams without a Union member today."""

    title = _("Union member")
    parameter_name = "covered"

    def lookups(self, request, model_admin):
        return [("yes", _("With a Union member")), ("no", _("Without one"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = local_day(request.now)
        match self.value():
            case "yes":
                return queryset.with_union_member(today)
            case "no":
                return queryset.active(today).without_union_member(today)
        return queryset


class GoingFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "going"

    def lookups(self, request, model_admin):
        return [
            ("yes", _("Active")),
            ("ended", _("Ended")),
            ("stranded", _("Unit closed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = local_day(request.now)
        match self.value():
            case "yes":
                return queryset.active(today)
            case "ended":
                return queryset.filter(active_to__lt=today)
            case "stranded":
                stranded = stranded_teams(request.now).order_by().values("pk")
                return queryset.filter(pk__in=stranded)
        return queryset


class CommuneFilter(admin.SimpleListFilter):
    """By the commune above the unit; only those in which somebody works."""

    title = _("commune")
    parameter_name = "commune"

    def lookups(self, request, model_admin):
        units = permissions.units_for(request.user, READ)
        communes = units.filter(parent__in=Unit.objects.roots().values("pk"))
        # A whole tree of schools and offices would drown the filter.
        with_teams = DigitalTeam.objects.order_by().values("unit")
        kinds = Unit.objects.filter(pk__in=with_teams).values("kind")
        return [(str(unit.pk), str(unit)) for unit in communes.filter(kind__in=kinds)]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        if not (value.isascii() and value.isdigit() and len(value) < 18):
            return queryset
        branch = Unit.objects.subtree(int(value)).order_by().values("pk")
        return queryset.filter(unit__in=branch)


class MemberInline(ScopedTabularInline):
    """Who is in the team and who was: nobody is deleted, who leaves gets a last day."""

    model = TeamMember
    form = MemberForm
    formset = MemberFormSet
    view_action, change_action, delete_action = READ, MANAGE, None
    fields = MemberForm.Meta.fields
    autocomplete_fields = ["person"]
    extra = 0
    can_delete = False
    verbose_name_plural = _("members, now and before")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).select_related("person", "team")
        # Those of today first, then those who left, the latest first.
        return rows.order_by("-ends_on", "starts_on", "id")


@admin.register(DigitalTeam)
class DigitalTeamAdmin(CoveragePages, ScopedAdmin):
    view_action, change_action, delete_action = READ, MANAGE, None
    form = TeamForm
    change_list_template = "teams/admin/team_list.html"
    change_form_template = "teams/admin/team_form.html"
    inlines = [MemberInline]
    autocomplete_fields = ["unit"]
    fieldsets = [
        (None, {"fields": ["name", "unit", "level", "area", "households"]}),
        (
            _("Decision"),
            {
                "fields": [
                    ("decision_number", "decision_date"),
                    ("active_from", "active_to"),
                ]
            },
        ),
        (
            _("What everybody may see"),
            {
                "fields": [
                    "is_public",
                    "public_place",
                    "public_hours",
                    "public_phone",
                    "public_note",
                ]
            },
        ),
    ]
    # Five columns: names of teams are long and the admin's columns do not wrap.
    list_display = ["title", "unit_name", "leader", "member_number", "is_covered"]
    list_filter = [CoverageFilter, GoingFilter, "level", CommuneFilter]
    list_select_related = ["unit"]
    list_per_page = 100
    show_full_result_count = False
    ordering = ["unit__folded_name", "level", "name_folded", "id"]
    search_fields = ["decision_number"]
    folded_search_fields = ("search_text", "unit__folded_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        today = local_day(request.now)
        leaders = TeamMember.objects.current(today).filter(role="leader")
        return (
            super()
            .get_queryset(request)
            .with_counts(today)
            .prefetch_related(
                Prefetch(
                    "memberships",
                    queryset=leaders.select_related("person"),
                    to_attr="leaders",
                )
            )
        )

    @admin.display(description=_("name"), ordering="name_folded")
    def title(self, team: DigitalTeam) -> str:
        if team.active_to is None:
            return team.name
        day = {"name": team.name, "day": f"{team.active_to:%d/%m/%Y}"}
        return gettext("%(name)s (until %(day)s)") % day

    @admin.display(description=_("unit"), ordering="unit__folded_name")
    def unit_name(self, team: DigitalTeam) -> str:
        # A relation's own column never wraps and leaves no room for the name.
        return str(team.unit)

    @admin.display(description=_("leader"))
    def leader(self, team: DigitalTeam) -> str:
        return ", ".join(member.person.full_name for member in team.leaders)

    @admin.display(description=_("members"), ordering="member_count")
    def member_number(self, team: DigitalTeam) -> str:
        return gettext("%(members)d, %(union)d in the Union") % {
            "members": team.member_count,
            "union": team.union_count,
        }

    @admin.display(description=_("covered"), ordering="union_count")
    def is_covered(self, team: DigitalTeam) -> str:
        return gettext("Yes") if team.union_count > 0 else gettext("No")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Whoever works in one commune need not look for it."""
        unit = permissions.units_for(request.user, MANAGE).first()
        narrow = not permissions.everywhere(request.user, MANAGE)
        given = super().get_changeform_initial_data(request)
        return ({"unit": unit.pk} if narrow and unit else {}) | given

    def render_change_form(self, request, context: dict, **kwargs):
        team = kwargs.get("obj")
        today = local_day(request.now)
        context["may_nominate"] = (
            team and why_not_open(team, by=request.user, on=today) is None
        )
        return super().render_change_form(request, context, **kwargs)

    def view_on_site(self, team: DigitalTeam) -> str | None:
        on = local_day(clock.now())
        shown = team.is_public and team.is_active(on)
        return team.get_absolute_url() if shown else None

    # --- Saving: through the actions, which lock, ask the rules and log ----------

    def save_model(self, request, obj: DigitalTeam, form: TeamForm, change) -> None:
        data = dict(form.cleaned_data)
        if not change:
            last_day = data.pop("active_to")
            made = actions.create_team(now=request.now, **data)
            obj.pk, obj.slug = made.pk, made.slug
            obj._state.adding = False
            if last_day:
                actions.end_team(team=obj, last_day=last_day, now=request.now)
            return
        ends = "active_to" in form.changed_data and data["active_to"]
        if ends:
            obj.active_to = form.initial["active_to"]
        if "unit" in form.changed_data:
            # The action remembers where the team was; the form asked its rules.
            actions.move_team(
                team=obj, unit=data["unit"], name=data["name"], now=request.now
            )
        obj.save()
        if ends:
            actions.end_team(team=obj, last_day=data["active_to"], now=request.now)

    def save_formset(self, request, form, formset, change) -> None:
        formset.new_objects, formset.changed_objects = [], []
        formset.deleted_objects = []
        changed = [line for line in formset.forms if line.has_changed()]
        # Whoever stops leading comes before whoever begins: a team has one leader.
        for line in sorted(changed, key=self._begins_to_lead):
            try:
                with transaction.atomic():
                    self._save_member(line, form.instance, request)
            except Refused as refused:
                text = gettext("%(name)s: %(reason)s") % {
                    "name": line.cleaned_data["person"],
                    "reason": refused.reason.label,
                }
                self.message_user(request, text, messages.ERROR)

    @staticmethod
    def _begins_to_lead(line: MemberForm) -> bool:
        data = line.cleaned_data
        return data["role"] == TeamMember.Role.LEADER and not data.get("ends_on")

    @staticmethod
    def _save_member(line: MemberForm, team: DigitalTeam, request) -> None:
        data, now = line.cleaned_data, request.now
        if line.instance.pk is None:
            member = actions.add_member(
                team=team,
                person=data["person"],
                role=TeamMember.Role(data["role"]),
                is_union_member=data["is_union_member"],
                starts_on=data["starts_on"],
                name_is_public=data["name_is_public"],
                in_both=data["in_both"],
                now=now,
            )
        else:
            member = actions.correct_member(
                membership=line.instance,
                is_union_member=data["is_union_member"],
                name_is_public=data["name_is_public"],
            )
        if "role" in line.changed_data and line.instance.pk:
            member = actions.change_role(
                membership=member,
                role=TeamMember.Role(data["role"]),
                in_both=data["in_both"],
                now=now,
            )
        if data["ends_on"] and data["ends_on"] != member.ends_on:
            actions.end_membership(membership=member, last_day=data["ends_on"], now=now)

    # --- Lists from a spreadsheet -------------------------------------------------

    def get_urls(self):
        pages = roster_pages.Pages(self)
        return [
            path(
                "nhap-danh-sach/",
                self.admin_site.admin_view(pages.upload),
                name="teams_roster_upload",
            ),
            path(
                "nhap-danh-sach/mau/",
                self.admin_site.admin_view(pages.template),
                name="teams_roster_template",
            ),
            path(
                "nhap-danh-sach/tien-do/<int:pk>/",
                self.admin_site.admin_view(pages.run),
                name="teams_roster_run",
            ),
            path(
                "xuat-danh-sach/",
                self.admin_site.admin_view(pages.export),
                name="teams_roster_export",
            ),
            path(
                "nhap-danh-sach/<str:token>/",
                self.admin_site.admin_view(pages.preview),
                name="teams_roster_preview",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        context = {"may_import": permissions.may(request.user, MANAGE)}
        return super().changelist_view(request, context | (extra_context or {}))
