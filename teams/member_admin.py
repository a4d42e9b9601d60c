"""The members of all teams: who they are, and what may happen to each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content import clock
from members import permissions
from members.scoped_admin import ScopedAdmin
from teams import actions, rules, trained
from teams.member_forms import EndForm, MemberAddForm, MoveForm, RoleForm, VerbForm
from teams.models import DigitalTeam, TeamMember, TeamSkill
from teams.rules import Refused
from vietnam.dates import local_day

READ, MANAGE = "teams.read", "teams.manage"
Role = TeamMember.Role


@dataclass(frozen=True)
class Verb:
    """What may happen to a member: its page's title, form, deed and what it says."""

    title: str | Promise
    form: type[VerbForm]
    do: Callable[..., TeamMember]
    done: str | Promise


VERBS = {
    "move": Verb(
        _("Move to another team"),
        MoveForm,
        lambda member, data, now: actions.move_member(
            membership=member,
            team=data["to"],
            role=Role(data["role"]),
            in_both=data["in_both"],
            now=now,
        ),
        _("%(name)s is in “%(team)s” now; the time before stays as history."),
    ),
    "role": Verb(
        _("Change the role"),
        RoleForm,
        lambda member, data, now: actions.change_role(
            membership=member,
            role=Role(data["role"]),
            in_both=data["in_both"],
            now=now,
        ),
        _("%(name)s has the new role; the time before stays as history."),
    ),
    "end": Verb(
        _("End the time in the team"),
        EndForm,
        lambda member, data, now: actions.end_membership(
            membership=member, last_day=data["last_day"], now=now
        ),
        _("The time of %(name)s in “%(team)s” has an end."),
    ),
    "return": Verb(
        _("Take back into the team"),
        RoleForm,
        lambda member, data, now: actions.return_member(
            membership=member,
            role=Role(data["role"]),
            in_both=data["in_both"],
            now=now,
        ),
        _("%(name)s is back in “%(team)s”."),
    ),
}


class MemberList(ChangeList):
    """Each page of the list with the day its people were trained last."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        days = trained.last_day_of([row.person_id for row in rows])
        for row in rows:
            row.trained_on = days.get(row.person_id)
        self.result_list = rows


class StillIn(admin.SimpleListFilter):
    title = _("in the team")
    parameter_name = "now"

    def lookups(self, request, model_admin):
        return [("yes", _("Now")), ("left", _("Has left"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = local_day(request.now)
        match self.value():
            case "yes":
                return queryset.current(today)
            case "left":
                return queryset.filter(ends_on__lt=today)
        return queryset


class HasAccount(admin.SimpleListFilter):
    title = _("account")
    parameter_name = "account"

    def lookups(self, request, model_admin):
        return [("yes", _("With an account")), ("no", _("Without an account"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(person__user__isnull=self.value() == "no")


@admin.register(TeamMember)
class TeamMemberAdmin(ScopedAdmin):
    """Who is in a team is moved, promoted and let go by verbs, never overwritten."""

    view_action, change_action, delete_action = READ, MANAGE, None
    unit_path = "team__unit"
    form = MemberAddForm
    change_form_template = "teams/admin/member_form.html"
    autocomplete_fields = ["team", "person"]
    list_display = ["name", "team_name", "in_words", "trained", "account"]
    list_filter = [StillIn, "role", "is_union_member", HasAccount, "skills"]
    list_select_related = ["team__unit", "person__user"]
    list_per_page = 100
    show_full_result_count = False
    ordering = ["person__sort_key", "id"]
    folded_search_fields = ("person__folded_name", "team__search_text")

    def get_changelist(self, request: HttpRequest, **kwargs):
        return MemberList

    def get_fields(self, request: HttpRequest, obj: TeamMember | None = None):
        if obj is None:
            return MemberAddForm.Meta.fields
        facts = ["team", "person", "role", "starts_on", "ends_on", "trained", "account"]
        return [*facts, "is_union_member", "skills", "name_is_public"]

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        return self.get_fields(request, obj)[:7] if obj else []

    def choices_for(self, db_field: Field, request: HttpRequest) -> QuerySet:
        """Teams one looks after; nobody joins one that has ended."""
        if db_field.name != "team":
            return super().choices_for(db_field, request)
        going = DigitalTeam.objects.active(local_day(clock.now()))
        return permissions.scoped(going, request.user, MANAGE)

    @admin.display(description=_("person"), ordering="person__sort_key")
    def name(self, member: TeamMember) -> str:
        return member.person.full_name

    @admin.display(description=_("digital team"), ordering="team__name_folded")
    def team_name(self, member: TeamMember) -> str:
        return f"{member.team}, {member.team.unit}"

    @admin.display(description=_("role"), ordering="role")
    def in_words(self, member: TeamMember) -> str:
        """One column: five are what fits beside the filters."""
        words = {
            "role": member.get_role_display(),
            "day": f"{member.starts_on:%d/%m/%Y}",
            "last": f"{member.ends_on or member.starts_on:%d/%m/%Y}",
        }
        if member.ends_on:
            text = gettext("%(role)s, %(day)s to %(last)s") % words
        else:
            text = gettext("%(role)s since %(day)s") % words
        return gettext("%s; Union") % text if member.is_union_member else text

    @admin.display(description=_("trained"))
    def trained(self, member: TeamMember) -> str:
        if not hasattr(member, "trained_on"):
            days = trained.last_day_of([member.person_id])
            member.trained_on = days.get(member.person_id)
        return f"{member.trained_on:%d/%m/%Y}" if member.trained_on else "–"

    @admin.display(description=_("account"))
    def account(self, member: TeamMember) -> str:
        return gettext("Yes") if hasattr(member.person, "user") else gettext("None")

    # --- Writing: through the actions ---------------------------------------------

    def save_model(self, request, obj: TeamMember, form, change: bool) -> None:
        data = form.cleaned_data
        if change:
            actions.correct_member(
                membership=obj,
                is_union_member=data["is_union_member"],
                name_is_public=data["name_is_public"],
            )
            return
        made = actions.add_member(
            team=data["team"],
            person=data["person"],
            role=Role(data["role"]),
            is_union_member=data["is_union_member"],
            starts_on=data["starts_on"],
            name_is_public=data["name_is_public"],
            in_both=data["in_both"],
            now=request.now,
        )
        obj.pk, obj._state.adding = made.pk, False

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.verb_view)
        verbs = [
            path(
                f"<int:pk>/{verb}/",
                view,
                {"verb": verb},
                name=f"teams_teammember_{verb}",
            )
            for verb in VERBS
        ]
        return [*verbs, *super().get_urls()]

    def verb_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """GET shows what the verb asks for, POST does it."""
        rows = TeamMember.objects.select_related("team__unit", "person")
        member = get_object_or_404(self.changeable(request, rows), pk=pk)
        chosen = VERBS[verb]
        form = chosen.form(
            request.POST if request.method == "POST" else None,
            member=member,
            user=request.user,
            today=local_day(request.now),
        )
        if form.is_bound and form.is_valid():
            try:
                done = chosen.do(member, form.cleaned_data, request.now)
            except Refused as refused:
                self._say_why_not(form, refused, request)
            else:
                words = {"name": done.person, "team": done.team}
                self.log_change(request, done, str(chosen.title))
                self.message_user(request, chosen.done % words, messages.SUCCESS)
                return redirect("admin:teams_teammember_change", done.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"{chosen.title}: {member.person}",
            "opts": self.opts,
            "member": member,
            "form": form,
            "verb": chosen.title,
            "media": form.media,
        }
        return render(request, "teams/admin/member_verb.html", context)

    @staticmethod
    def _say_why_not(form: VerbForm, refused: Refused, request: HttpRequest) -> None:
        role = Role(form.cleaned_data.get("role", Role.MEMBER))
        form.refuse(
            rules.Refusal(refused.reason),
            form.member.person,
            role,
            form.team,
            on=local_day(request.now),
        )

    def render_change_form(self, request, context: dict, **kwargs) -> HttpResponse:
        member = kwargs.get("obj")
        if member and self.has_change_permission(request, member):
            context["verbs"] = self._verbs(member, request)
        return super().render_change_form(request, context, **kwargs)

    @staticmethod
    def _verbs(member: TeamMember, request: HttpRequest) -> list[tuple[str, str]]:
        """What may happen to this member today, with where."""
        left = member.ends_on is not None and member.ends_on < local_day(request.now)
        names = ["return"] if left else ["move", "role", "end"]
        return [
            (
                reverse(f"admin:teams_teammember_{name}", args=[member.pk]),
                VERBS[name].title,
            )
            for name in names
        ]


@admin.register(TeamSkill)
class TeamSkillAdmin(ScopedAdmin):
    """What members may be good at: rows, because it changes every year."""

    view_action, change_action, delete_action = READ, MANAGE, None
    unit_path = None
    list_display = ["name", "order"]
    folded_search_fields = ("name_folded",)
    search_fields = ["name"]
