"""What staff type about one member: moved, another role, gone, back again."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members import permissions
from members.models import User
from members.scoped_admin import CalmAutocomplete
from teams import rules
from teams.forms import AsksAboutBoth
from teams.models import DigitalTeam, TeamMember

Role = TeamMember.Role


class MemberAddForm(AsksAboutBoth, forms.ModelForm):
    """Somebody comes into a team; what speaks against it stands beside the field."""

    class Meta:
        model = TeamMember
        fields = [
            "team",
            "person",
            "role",
            "is_union_member",
            "starts_on",
            "skills",
            "name_is_public",
        ]
        widgets = {"skills": forms.CheckboxSelectMultiple}

    def clean(self) -> dict:
        data = super().clean()
        if self.instance.pk is None and not self.errors:
            self._ask_rule(data)
        return data

    def _ask_rule(self, data: dict) -> None:
        team, person, role = data["team"], data["person"], Role(data["role"])
        day = data["starts_on"]
        refusal = rules.why_not_add(
            team, person, role, starts_on=day, in_both=data["in_both"]
        )
        if refusal:
            field = "role" if refusal == rules.Refusal.HAS_LEADER else "person"
            self.refuse(refusal, person, role, team, on=day, field=field)

    def _get_validation_exclusions(self) -> set[str]:
        """The rules above say the same as the constraints, in better words."""
        return super()._get_validation_exclusions() | {"team"}


class VerbForm(AsksAboutBoth):
    """One verb about one member."""

    def __init__(self, *args, member: TeamMember, user: User, today: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.member, self.user, self.today = member, user, today
        self.prepare()

    def prepare(self) -> None:
        """Choices and first values that the member decides."""

    @property
    def team(self) -> DigitalTeam:
        """The team the verb is about."""
        return self.member.team

    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name != "in_both"]


class RoleForm(VerbForm):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    def prepare(self) -> None:
        self.fields["role"].initial = self.member.role


class MoveForm(RoleForm):
    to = forms.ModelChoiceField(
        DigitalTeam.objects.all(),
        label=_("Other team"),
        widget=CalmAutocomplete(TeamMember._meta.get_field("team"), admin.site),
    )
    field_order = ["to", "role"]

    def prepare(self) -> None:
        going = DigitalTeam.objects.active(self.today)
        self.fields["to"].queryset = permissions.scoped(
            going, self.user, "teams.manage"
        )
        self.fields["role"].initial = Role.MEMBER

    @property
    def team(self) -> DigitalTeam:
        return self.cleaned_data["to"]


class EndForm(VerbForm):
    last_day = forms.DateField(label=_("Last day in the team"))

    def prepare(self) -> None:
        self.fields["last_day"].initial = self.today

    def clean_last_day(self) -> dt.date:
        day = self.cleaned_data["last_day"]
        if refusal := rules.why_not_end(self.member, last_day=day):
            raise ValidationError(refusal.label, refusal.value)
        return day
