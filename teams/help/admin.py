"""Points, topics and requests for help, for those who work for a commune."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content import clock
from members.forms import PhoneFormField
from members.scoped_admin import ScopedAdmin
from teams.help import actions, rules
from teams.help.people import ACTION
from teams.help.rules import Refused
from teams.models import HelpPoint, HelpRequest, HelpTopic
from vietnam.dates import local_day
from vietnam.phones import display_phone

READ, MANAGE = "teams.read", "teams.manage"
State = HelpRequest.State


class PointForm(forms.ModelForm):
    phone = PhoneFormField(
        label=_("Public phone"),
        required=False,
        help_text=_("Everybody can read it; not a member's own without their word."),
    )

    def clean(self) -> dict:
        data = super().clean()
        first, last = data.get("opens_on"), data.get("closes_on")
        if first and last and last < first:
            text = _("The last day lies before the first.")
            self.add_error("closes_on", ValidationError(text, "before_start"))
        return data


@admin.register(HelpPoint)
class HelpPointAdmin(ScopedAdmin):
    view_action, change_action = READ, ACTION
    form = PointForm
    autocomplete_fields = ["unit"]
    fields = [
        *("unit", "name", "kind", "place", "hours", "phone", "note"),
        ("opens_on", "closes_on"),
    ]
    list_display = ["name", "unit", "kind", "hours", "closes_on"]
    list_filter = ["kind"]
    list_select_related = ["unit"]
    list_per_page = 100
    show_full_result_count = False
    fold_on_search = ("name", "place")
    folded_search_fields = ("unit__folded_name",)


@admin.register(HelpTopic)
class HelpTopicAdmin(ScopedAdmin):
    view_action, change_action = READ, MANAGE
    unit_path = None
    list_display = ["name", "order", "is_offered"]


class WhoseFilter(admin.SimpleListFilter):
    """Open requests by who has to call."""

    title = _("who has it")
    parameter_name = "whose"

    def lookups(self, request, model_admin):
        return [("commune", _("The commune")), ("team", _("A team"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "commune":
                return queryset.open().exclude(why_commune="")
            case "team":
                return queryset.open().with_team()
        return queryset


class RequestForm(forms.ModelForm):
    """What came of a call, or which team gets it."""

    outcome = forms.ChoiceField(
        label=_("What came of the call?"),
        required=False,
        choices=[
            ("", _("Nothing new")),
            (State.CALLED, State.CALLED.label),
            (State.MISSED, State.MISSED.label),
            (State.HELPED, State.HELPED.label),
            (State.CLOSED, State.CLOSED.label),
        ],
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = HelpRequest
        fields = ["team"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.calls
        if "team" in self.fields:
            self.fields["team"].required = False
            self.fields["team"].help_text = _(
                "Choose a team of the commune to give the request to."
            )
        if self.instance.with_commune:
            self.initial["team"] = None

    def clean_team(self):
        """Left empty, nothing is given to anybody."""
        team = self.cleaned_data["team"]
        self.gives = team is not None and "team" in self.changed_data
        if self.gives:
            on = local_day(clock.now())
            if refusal := rules.why_not_give_to(self.instance, team, on=on):
                raise ValidationError(refusal.label, refusal.value)
        return team or self.instance.team

    def clean(self) -> dict:
        data = super().clean()
        if data.get("outcome") and getattr(self, "gives", False):
            text = _("Choose one: what came of the call, or a team that gets it.")
            raise ValidationError(text, "both")
        return data


@admin.register(HelpRequest)
class HelpRequestAdmin(ScopedAdmin):
    """Rule 10: a name and a number are for those of this commune, nobody else's."""

    view_action = change_action = ACTION
    unit_path = "commune"
    form = RequestForm
    autocomplete_fields = ["team"]
    readonly_fields = [
        *("name", "call", "commune", "area", "topic", "prefers"),
        *("state", "who_has_it", "sent_at", "moved_at", "calls"),
    ]
    known = [
        (None, {"fields": ["name", "call", "commune", "area", "topic", "prefers"]}),
        (
            _("Where it stands"),
            {"fields": ["state", "who_has_it", "sent_at", "moved_at", "calls"]},
        ),
    ]
    to_do = (_("What now"), {"fields": ["outcome", "team", "seen"]})
    list_display = ["number", "topic", "place", "state", "who_has_it", "sent_at"]
    list_filter = [WhoseFilter, "state", "topic"]
    list_select_related = ["topic", "commune", "team"]
    list_per_page = 50
    show_full_result_count = False
    fold_on_search = ("name", "area")
    folded_search_fields = ("commune__folded_name",)

    def get_fieldsets(self, request: HttpRequest, obj=None) -> list:
        """Nothing is left to do about what is done with."""
        return [*self.known, self.to_do] if obj is None or obj.is_open else self.known

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        """People ask for themselves, on the public page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        """What is done with is looked at."""
        ended = obj is not None and not obj.is_open
        return not ended and super().has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return self._allowed(request, self.view_action, obj)

    @admin.display(description=_("request"), ordering="pk")
    def number(self, row: HelpRequest) -> str:
        return str(row)

    @admin.display(description=_("commune"), ordering="commune__folded_name")
    def place(self, row: HelpRequest) -> str:
        return f"{row.area}, {row.commune}" if row.area else str(row.commune)

    @admin.display(description=_("who has it"))
    def who_has_it(self, row: HelpRequest) -> str:
        if row.with_commune:
            names = {"commune": row.commune, "why": row.get_why_commune_display()}
            return gettext("%(commune)s: %(why)s") % names
        return str(row.team)

    @admin.display(description=_("phone"))
    def call(self, row: HelpRequest) -> str:
        if not row.phone:
            return "–"
        shown = display_phone(row.phone)
        return format_html('<a href="tel:{}">{}</a>', row.phone, shown)

    def save_model(self, request, obj: HelpRequest, form: RequestForm, change) -> None:
        """Through the actions, which lock, ask the rules and write letters."""
        try:
            if form.gives:
                team = form.cleaned_data["team"]
                actions.give_to(request=obj, team=team, now=request.now)
            elif outcome := form.cleaned_data["outcome"]:
                actions.note(
                    request=obj,
                    outcome=State(outcome),
                    seen=form.cleaned_data["seen"] or 0,
                    now=request.now,
                )
        except Refused as refused:
            self.message_user(request, str(refused.reason.label), messages.ERROR)
