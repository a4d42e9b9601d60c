"""What a secretary types to propose somebody."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.fields import NFCEmailFormField, clean_line
from members import permissions
from members.forms import PhoneFormField
from members.lists import cells
from members.lists.cells import CellRefused
from members.matching import Certainty, Match, describe, match
from members.models import Person, User
from members.scoped_admin import CalmAutocomplete
from teams.forms import AsksAboutBoth
from teams.models import DigitalTeam, Nomination, TeamMember
from teams.nominations import rules
from teams.rules import Refusal

Role = TeamMember.Role
NEW = "new"


class ProposeForm(AsksAboutBoth):
    """Somebody the portal knows, chosen or typed; who is new is typed too."""

    person = forms.ModelChoiceField(
        Person.objects.all(),
        required=False,
        label=_("Somebody the portal knows"),
        help_text=_("Search by name, phone or member code; or type the name below."),
        widget=CalmAutocomplete(Nomination._meta.get_field("person"), admin.site),
    )
    full_name = forms.CharField(max_length=120, required=False, label=_("Full name"))
    born = forms.CharField(
        max_length=20,
        required=False,
        label=_("Date or year of birth"),
        help_text=_("Such as 19/05/2001, or the year alone."),
    )
    phone = PhoneFormField(required=False, label=_("Phone"))
    email = NFCEmailFormField(required=False, label=_("Email"))
    member_code = forms.CharField(max_length=30, required=False, label=_("Member code"))
    role = forms.ChoiceField(choices=Role.choices, initial=Role.MEMBER, label=_("Role"))
    note = forms.CharField(
        max_length=600,
        required=False,
        label=_("Why this person"),
        help_text=_("One sentence for the commune; no health, no family matters."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # Whom a typed name means, where several may be meant.
    meant = forms.CharField(required=False)

    def __init__(
        self, *args, team: DigitalTeam, user: User, today: dt.date, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.team, self.user, self.today = team, user, today
        self.doubts: list[tuple[str, str]] = []
        self.fields["person"].queryset = self._among()

    def _among(self):
        return permissions.scoped(Person.objects.all(), self.user, "people.read")

    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in {"in_both", "meant"}]

    def clean_full_name(self) -> str:
        return self._cell(cells.name_of, "full_name")

    def clean_born(self) -> tuple[dt.date | None, int | None]:
        return self._cell(cells.born_of, "born", today=self.today)

    def clean_member_code(self) -> str:
        return clean_line(self.cleaned_data["member_code"])

    def _cell(self, reader, name: str, **kwargs):
        """A field is read as a cell of a list is: the same words mean the same."""
        try:
            return reader(self.cleaned_data[name] or None, **kwargs)
        except CellRefused as refused:
            raise ValidationError(refused.sentence) from refused

    def clean(self) -> dict:
        data = super().clean()
        if self.errors:
            return data
        chosen, typed = data["person"], data["full_name"]
        if bool(chosen) == bool(typed):
            text = _("Choose somebody or type a name, one of the two.")
            raise ValidationError(text, "one_of_two")
        data["who"] = chosen or self._typed(data)
        if data["who"] is not None:
            self._ask_rule(data)
        return data

    def _typed(self, data: dict) -> Person | None:
        """Whom the typed name means; None while that is in doubt."""
        date, year = data["born"]
        found = match(
            full_name=data["full_name"],
            among=self._among().select_related("unit"),
            birth_date=date,
            birth_year=year,
            unit=self.team.unit,
            member_code=data["member_code"],
        )
        if found.certainty == Certainty.EXACT:
            return found.person
        new = Person(
            full_name=data["full_name"],
            birth_date=date,
            birth_year=year,
            phone=data["phone"],
            email=data["email"],
            member_code=data["member_code"],
            unit=self.team.unit,
        )
        return new if found.certainty == Certainty.NONE else self._meant(found, new)

    def _meant(self, found: Match, new: Person) -> Person | None:
        by_value = {f"p{person.pk}": person for person in found.people} | {NEW: new}
        if chosen := by_value.get(self.cleaned_data["meant"]):
            return chosen
        self.doubts = [(f"p{one.pk}", describe(one)) for one in found.people]
        self.doubts.append((NEW, str(_("Somebody else, who is new here"))))
        text = _("The portal knows somebody of this name. Say who is meant.")
        self.add_error("full_name", ValidationError(text, "doubt"))
        return None

    def _ask_rule(self, data: dict) -> None:
        refusal = rules.why_not_propose(
            self.team,
            data["who"],
            Role(data["role"]),
            by=self.user,
            on=self.today,
            in_both=data["in_both"],
        )
        if refusal:
            self.say(refusal, data["who"], Role(data["role"]))

    def say(self, refusal: Refusal | rules.NominationRefusal, who: Person, role: Role):
        self.refuse(refusal, who, role, self.team, on=self.today)


class ReturnForm(forms.Form):
    """Why the commune gives a nomination back."""

    reason = forms.CharField(
        max_length=600,
        label=_("What speaks against it"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
