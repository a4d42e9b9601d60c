"""What staff type about teams."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content import clock
from members.forms import PhoneFormField
from members.lists import sheet
from members.models import Person, Unit
from teams import rules
from teams.models import DigitalTeam, TeamMember
from vietnam.dates import local_day

Role = TeamMember.Role


class TeamForm(forms.ModelForm):
    """A team; what the rules say against it stands beside the field."""

    public_phone = PhoneFormField(
        label=_("Public phone"),
        required=False,
        help_text=_("Everybody can read it; not a member's own without their word."),
    )

    class Meta:
        model = DigitalTeam
        fields = [
            "name",
            "unit",
            "level",
            "area",
            "households",
            "decision_number",
            "decision_date",
            "active_from",
            "active_to",
            "is_public",
            "public_place",
            "public_hours",
            "public_phone",
            "public_note",
        ]

    def clean(self) -> dict:
        data = super().clean()
        unit, name = data.get("unit"), data.get("name")
        self._check_days(data)
        if unit and "unit" in self.changed_data:
            self._check_unit(unit)
        if unit and name and not data.get("active_to"):
            refusal = rules.why_not_name(unit, name, besides=self.instance)
            if refusal:
                self.add_error("name", ValidationError(refusal.label, refusal.value))
        return data

    def _check_unit(self, unit: Unit) -> None:
        if not unit.is_current(local_day(clock.now())):
            refusal = rules.Refusal.UNIT_CLOSED
            self.add_error("unit", ValidationError(refusal.label, refusal.value))

    def _check_days(self, data: dict) -> None:
        first, last = data.get("active_from"), data.get("active_to")
        if first and last and last < first:
            refusal = rules.Refusal.BEFORE_START
            self.add_error("active_to", ValidationError(refusal.label, refusal.value))


class AsksAboutBoth(forms.Form):
    """The same role in two teams: a question with its answer beside it.

    The box is no part of the form until it is needed; hardly anybody ever sees it.
    """

    in_both = forms.BooleanField(required=False)

    def ask(self, field: str | None, sentence: str) -> None:
        box = format_html(
            '{} <label><input type="checkbox" name="{}"> {}</label>',
            sentence,
            self.add_prefix("in_both"),
            gettext("Yes, in both teams"),
        )
        self.add_error(field, ValidationError(box, rules.Refusal.SAME_ROLE.value))

    def refuse(
        self,
        refusal: rules.Refusal,
        person: Person,
        role: Role,
        team: DigitalTeam,
        *,
        on: dt.date,
        field: str | None = None,
    ) -> None:
        """Say why not, or ask."""
        if refusal == rules.Refusal.SAME_ROLE:
            self.ask(field, rules.asked_about(person, role, team, on=on))
        else:
            self.add_error(field, ValidationError(refusal.label, refusal.value))


class MemberForm(AsksAboutBoth, forms.ModelForm):
    """One line of the team's members: who somebody is stays, the rest may change."""

    class Meta:
        model = TeamMember
        fields = [
            "person",
            "role",
            "is_union_member",
            "starts_on",
            "ends_on",
            "name_is_public",
        ]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["person"].disabled = True
            self.fields["starts_on"].disabled = True

    def clean(self) -> dict:
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            refusal = rules.Refusal.BEFORE_START
            self.add_error("ends_on", ValidationError(refusal.label, refusal.value))
        role, person = data.get("role"), data.get("person")
        new_role = self.instance.pk is None or "role" in self.changed_data
        if new_role and role and person and not last and not data.get("in_both"):
            today = local_day(clock.now())
            begins = first if self.instance.pk is None and first else today
            self._ask_about(person, Role(role), begins)
        return data

    def _ask_about(self, person: Person, role: Role, on: dt.date) -> None:
        team = self.instance.team if self.instance.team_id else DigitalTeam()
        others = rules.same_role_elsewhere(person, role, team, on=on)
        if others.exists():
            self.ask("role", rules.asked_about(person, role, team, on=on))

    def _get_validation_exclusions(self) -> set[str]:
        """The formset looks at all lines together, before any of them is saved."""
        return super()._get_validation_exclusions() | {"team"}


class MemberFormSet(forms.BaseInlineFormSet):
    """Nobody twice, and one leader, among those who stay."""

    def clean(self) -> None:
        super().clean()
        leads, people = False, set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", None)
            if not data or not data.get("person") or data.get("ends_on"):
                continue
            if data["person"].pk in people:
                self._refuse(form, "person", rules.Refusal.ALREADY_IN)
            people.add(data["person"].pk)
            if data.get("role") == Role.LEADER:
                if leads:
                    self._refuse(form, "role", rules.Refusal.HAS_LEADER)
                leads = True

    @staticmethod
    def _refuse(form: MemberForm, name: str, refusal: rules.Refusal) -> None:
        form.add_error(name, ValidationError(refusal.label, refusal.value))


class ListForm(forms.Form):
    """The spreadsheet to look into."""

    file = forms.FileField(
        label=_("Spreadsheet (.xlsx)"),
        help_text=_("Plain Excel, at most 5 MB, one row for each member."),
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument."
                "spreadsheetml.sheet"
            }
        ),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        sheet.check(file, name=file.name)
        return file
