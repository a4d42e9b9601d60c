"""Nominations in the admin: proposed by a unit, decided by the commune."""

from __future__ import annotations

import datetime as dt

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members import permissions
from members.models import Person
from members.scoped_admin import ScopedAdmin
from teams.models import DigitalTeam, Nomination, TeamMember
from teams.nominations import actions, rules
from teams.nominations.forms import ProposeForm, ReturnForm
from teams.nominations.rules import NominationRefused
from vietnam.dates import local_day

READ = "teams.read"
State = Nomination.State


class Waiting(admin.SimpleListFilter):
    title = _("for me")
    parameter_name = "mine"

    def lookups(self, request, model_admin):
        return [("decide", _("To decide")), ("proposed", _("Proposed by me"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "decide":
                waiting = rules.to_decide(request.user, request.now)
                return queryset.filter(pk__in=waiting.order_by().values("pk"))
            case "proposed":
                return queryset.filter(proposed_by=request.user)
        return queryset


@admin.register(Nomination)
class NominationAdmin(ScopedAdmin):
    """Looked at here; proposing, confirming and giving back are verbs."""

    view_action, change_action, delete_action = READ, rules.PROPOSE, None
    unit_path = "team__unit"
    change_form_template = "teams/admin/nomination.html"
    list_display = ["person_name", "team_name", "in_words", "proposed_at", "by"]
    list_filter = [Waiting, "state"]
    list_select_related = ["team__unit", "person", "proposed_by__person"]
    list_per_page = 50
    show_full_result_count = False
    folded_search_fields = ("person__folded_name", "team__search_text")
    fields = [
        "person",
        "born",
        "team",
        "unit",
        "role",
        "note",
        "in_words",
        "by",
        "proposed_at",
        "reason",
        "decided",
    ]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        """One begins at the team that needs somebody."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return self.fields

    def choices_for(self, db_field: Field, request: HttpRequest) -> QuerySet:
        if db_field.name == "person":
            return permissions.scoped(Person.objects.all(), request.user, "people.read")
        return super().choices_for(db_field, request)

    @admin.display(description=_("person"), ordering="person__sort_key")
    def person_name(self, one: Nomination) -> str:
        return one.person.full_name

    @admin.display(description=_("born"))
    def born(self, one: Nomination) -> str:
        if one.person.birth_date:
            return f"{one.person.birth_date:%d/%m/%Y}"
        return str(one.person.birth_year or "–")

    @admin.display(description=_("digital team"), ordering="team__name_folded")
    def team_name(self, one: Nomination) -> str:
        return f"{one.team}, {one.team.unit}"

    @admin.display(description=_("unit"))
    def unit(self, one: Nomination) -> str:
        return str(one.team.unit)

    @admin.display(description=_("state"), ordering="state")
    def in_words(self, one: Nomination) -> str:
        return one.get_state_display()

    @admin.display(description=_("proposed by"))
    def by(self, one: Nomination) -> str:
        return one.proposed_by.display_name if one.proposed_by else "–"

    @admin.display(description=_("decided by"))
    def decided(self, one: Nomination) -> str:
        if one.decided_at is None:
            return "–"
        who = one.decided_by.display_name if one.decided_by else "–"
        return f"{who}, {local_day(one.decided_at):%d/%m/%Y}"

    def get_urls(self) -> list:
        def page(route: str, view, name: str):
            wrapped = self.admin_site.admin_view(view)
            return path(route, wrapped, name=f"teams_nomination_{name}")

        return [
            page("to/<int:team_pk>/", self.propose_view, "propose"),
            page("<int:pk>/xac-nhan/", self.confirm_view, "confirm"),
            page("<int:pk>/tra-lai/", self.return_view, "return"),
            page("<int:pk>/rut/", self.withdraw_view, "withdraw"),
            *super().get_urls(),
        ]

    # --- Proposing -----------------------------------------------------------------

    def propose_view(self, request: HttpRequest, team_pk: int) -> HttpResponse:
        """GET asks for the person, POST proposes; what was typed is given back."""
        teams = DigitalTeam.objects.select_related("unit")
        team = get_object_or_404(
            permissions.scoped(teams, request.user, READ), pk=team_pk
        )
        today = local_day(request.now)
        refusal = rules.why_not_open(team, by=request.user, on=today)
        if refusal == rules.NominationRefusal.NOT_YOURS:
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = ProposeForm(data, team=team, user=request.user, today=today)
        if form.is_bound and not refusal and form.is_valid():
            made = self._propose(request, team, form)
            if made:
                text = gettext("%(name)s is proposed; the commune has been told.")
                words = {"name": made.person}
                self.log_addition(request, made, str(made))
                self.message_user(request, text % words, messages.SUCCESS)
                return redirect("admin:teams_nomination_change", made.pk)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Propose somebody for “%(team)s”") % {"team": team},
            "opts": self.opts,
            "team": team,
            "form": form,
            "refusal": refusal,
            "media": form.media,
        }
        return render(request, "teams/admin/nominate.html", context)

    def _propose(self, request, team: DigitalTeam, form: ProposeForm):
        data = form.cleaned_data
        role = TeamMember.Role(data["role"])
        try:
            return actions.propose(
                team=team,
                person=data["who"],
                role=role,
                note=data["note"],
                in_both=data["in_both"],
                by=request.user,
                now=request.now,
            )
        except NominationRefused as refused:
            form.say(refused.reason, data["who"], role)
            return None

    def save_model(self, request, obj: Nomination, form, change: bool) -> None:
        """Nothing: the page has only verbs, and what it read may be old by now."""

    # --- Deciding ------------------------------------------------------------------

    def render_change_form(self, request, context: dict, **kwargs) -> HttpResponse:
        one = kwargs.get("obj")
        if one:
            context |= self._verbs(one, request, local_day(request.now))
            context |= {"show_save": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, **kwargs)

    @staticmethod
    def _verbs(one: Nomination, request: HttpRequest, today: dt.date) -> dict:
        user = request.user
        return {
            "nomination": one,
            "may_decide": rules.why_not_decide(one, by=user) is None,
            "may_withdraw": rules.why_not_withdraw(one, by=user) is None,
            "obstacle": rules.why_not_confirm(one, by=user, on=today),
            "return_form": ReturnForm(),
            "another_url": reverse("admin:teams_nomination_propose", args=[one.team_id])
            if one.state == State.RETURNED
            and rules.why_not_open(one.team, by=user, on=today) is None
            else "",
        }

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        text = gettext("%(name)s is in the team now.")
        return self._verb(request, pk, actions.confirm, text)

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        reason = request.POST.get("reason", "")[:600]
        text = gettext("Sent back; whoever proposed %(name)s has been told.")
        return self._verb(request, pk, actions.send_back, text, reason=reason)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        text = gettext("The nomination of %(name)s is taken back.")
        return self._verb(request, pk, actions.withdraw, text)

    def _verb(self, request: HttpRequest, pk: int, action, text: str, **kwargs):
        one = get_object_or_404(self.get_queryset(request), pk=pk)
        if request.method == "POST":
            try:
                action(nomination=one, by=request.user, now=request.now, **kwargs)
            except NominationRefused as refused:
                self.message_user(request, refused.reason.label, messages.ERROR)
            else:
                words = {"name": one.person}
                self.log_change(request, one, text % words)
                self.message_user(request, text % words, messages.SUCCESS)
        return redirect("admin:teams_nomination_change", pk)
