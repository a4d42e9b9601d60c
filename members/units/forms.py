"""What a decision about units says, verb by verb."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members import permissions
from members.models import Unit, UnitKind, UnitSuccession, User
from members.scoped_admin import CalmAutocomplete, CalmAutocompleteMultiple
from members.units.actions import Draft, Part
from members.units.people import PeopleOfUnit

Kind = UnitSuccession.Kind
MOST_PARTS = 4
ACTION = "units.manage"


def _searched(widget=CalmAutocomplete):
    return widget(UnitSuccession._meta.get_field("new"), admin.site)


class DecisionForm(forms.Form):
    """When, and by which decision."""

    date = forms.DateField(
        label=_("In force from"),
        help_text=_(
            "Day/month/year. On a day ahead it waits until then and can be called off."
        ),
    )
    decision_number = forms.CharField(label=_("Decision number"), max_length=60)
    decided_on = forms.DateField(label=_("Date of the decision"))

    kind: Kind

    def __init__(self, *args, user: User, units: list[Unit], **kwargs) -> None:
        self.user, self.units = user, units
        super().__init__(*args, **kwargs)
        reach = permissions.units_for(user, ACTION).filter(valid_to=None)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.queryset.model is (
                Unit
            ):
                field.queryset = reach

    def olds(self) -> list[Unit]:
        return self.units

    def parts(self) -> list[Part]:
        return []

    def draft(self) -> Draft:
        data = self.cleaned_data
        return Draft(
            kind=self.kind,
            olds=self.olds(),
            date=data["date"],
            decision_number=data["decision_number"],
            decided_on=data["decided_on"],
            parts=self.parts(),
        )


class MergeForm(DecisionForm):
    kind = Kind.MERGE
    olds_chosen = forms.ModelMultipleChoiceField(
        Unit.objects.all(), label=_("Units that are merged")
    )
    into = forms.ModelChoiceField(
        Unit.objects.all(),
        required=False,
        label=_("Into this unit that exists"),
        help_text=_("Or leave it empty and name a new one."),
    )
    name = forms.CharField(
        label=_("Name of the new unit"),
        max_length=150,
        required=False,
        widget=AdminTextInputWidget,
    )
    short_name = forms.CharField(label=_("Short name"), max_length=80, required=False)
    official_code = forms.CharField(
        label=_("Official code"), max_length=20, required=False
    )
    unit_kind = forms.ModelChoiceField(
        UnitKind.objects.all(),
        required=False,
        label=_("Kind of unit"),
        help_text=_("Empty: as the first of the merged units."),
    )
    parent = forms.ModelChoiceField(
        Unit.objects.all(),
        required=False,
        label=_("Unit above"),
        help_text=_("Empty: as the first of the merged units."),
    )
    field_order = [
        *("olds_chosen", "into", "name", "short_name", "official_code"),
        *("unit_kind", "parent", "date", "decision_number", "decided_on"),
    ]

    def __init__(self, *args, units: list[Unit], **kwargs) -> None:
        super().__init__(*args, units=units, **kwargs)
        self.fields["olds_chosen"].widget = _searched(CalmAutocompleteMultiple)
        self.fields["olds_chosen"].initial = [unit.pk for unit in units]
        for name in ("into", "parent"):
            self.fields[name].widget = _searched()
        for name in ("olds_chosen", "into", "parent"):
            self.fields[name].widget.choices = self.fields[name].choices

    def clean(self):
        cleaned = super().clean()
        into, name = cleaned.get("into"), cleaned.get("name")
        if bool(into) == bool(name):
            raise ValidationError(
                _("Choose a unit that exists or name a new one, one of the two."),
                code="one_of_two",
            )
        if "olds_chosen" not in cleaned:
            return cleaned
        if not into and len(cleaned["olds_chosen"]) < 2:
            self.add_error("olds_chosen", _("A merger needs two units or more."))
        elif not self.olds():
            self.add_error(
                "olds_chosen", _("Choose a unit besides the one that stays.")
            )
        return cleaned

    def olds(self) -> list[Unit]:
        """The one that the others join does not end."""
        chosen = self.cleaned_data["olds_chosen"].order_by("pk")
        into = self.cleaned_data.get("into")
        return [unit for unit in chosen if into is None or unit.pk != into.pk]

    def parts(self) -> list[Part]:
        data = self.cleaned_data
        if data["into"]:
            return [Part(unit=data["into"])]
        first = self.olds()[0]
        return [
            Part(
                name=data["name"],
                short_name=data["short_name"],
                official_code=data["official_code"],
                kind=data["unit_kind"] or first.kind,
                parent=data["parent"] or first.parent,
            )
        ]


class RenameForm(DecisionForm):
    kind = Kind.RENAME
    name = forms.CharField(
        label=_("New name"), max_length=150, widget=AdminTextInputWidget
    )
    short_name = forms.CharField(
        label=_("New short name"), max_length=80, required=False
    )
    official_code = forms.CharField(
        label=_("Official code"), max_length=20, required=False
    )
    field_order = ["name", "short_name", "official_code", "date"]

    def __init__(self, *args, units: list[Unit], **kwargs) -> None:
        super().__init__(*args, units=units, **kwargs)
        self.fields["official_code"].initial = units[0].official_code

    def parts(self) -> list[Part]:
        data, (unit,) = self.cleaned_data, self.units
        return [
            Part(
                name=data["name"],
                short_name=data["short_name"],
                official_code=data["official_code"],
                kind=unit.kind,
                parent=unit.parent,
            )
        ]


class DissolveForm(DecisionForm):
    kind = Kind.DISSOLVE


class SplitForm(DecisionForm):
    """The parts, who of the people goes to which, and where all the rest goes."""

    kind = Kind.SPLIT

    def __init__(self, *args, units: list[Unit], **kwargs) -> None:
        super().__init__(*args, units=units, **kwargs)
        (self.unit,) = units
        decision = list(self.fields)
        for number in range(MOST_PARTS):
            self._add_part(number)
        numbers = [(str(n), self._part_label(n)) for n in range(MOST_PARTS)]
        self.below = list(
            self.unit.children.filter(valid_to=None).order_by("folded_name", "pk")
        )
        for unit in self.below:
            self.fields[f"below-{unit.pk}"] = forms.ChoiceField(
                choices=[("", _("With the rest")), *numbers],
                required=False,
                label=unit.name,
            )
        self.fields["rest_to"] = forms.ChoiceField(
            choices=[("", _("They stay until somebody places them")), *numbers],
            required=False,
            label=_("All other people, teams, sessions and quotas"),
        )
        self.order_fields(
            [name for name in self.fields if name not in decision] + decision
        )

    @staticmethod
    def _part_label(number: int) -> str:
        return gettext("Part %(number)d") % {"number": number + 1}

    def _add_part(self, number: int) -> None:
        said = {"number": number + 1}
        into = forms.ModelChoiceField(
            permissions.units_for(self.user, ACTION).filter(valid_to=None),
            required=False,
            label=gettext("Part %(number)d: unit that exists") % said,
        )
        into.widget = _searched()
        into.widget.choices = into.choices
        self.fields[f"part-{number}-into"] = into
        self.fields[f"part-{number}-name"] = forms.CharField(
            label=gettext("Part %(number)d: or name of a new unit") % said,
            max_length=150,
            required=False,
            widget=AdminTextInputWidget,
        )
        self.fields[f"part-{number}-short_name"] = forms.CharField(
            label=gettext("Part %(number)d: short name") % said,
            max_length=80,
            required=False,
        )
        self.fields[f"part-{number}-people"] = forms.CharField(
            label=gettext("Part %(number)d: people") % said,
            required=False,
            strip=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=gettext(
                "One to a line: member code, email, or full name and year of birth."
            ),
        )

    def clean(self):
        cleaned = super().clean()
        self.named: list[int] = []
        for number in range(MOST_PARTS):
            into, name = (cleaned.get(f"part-{number}-{k}") for k in ("into", "name"))
            if into and name:
                self.add_error(
                    f"part-{number}-name",
                    _("Choose a unit that exists or name a new one, one of the two."),
                )
            if into or name:
                self.named.append(number)
        chosen = [cleaned.get("rest_to")]
        chosen += [cleaned.get(f"below-{unit.pk}") for unit in self.below]
        if any(number and int(number) not in self.named for number in chosen):
            raise ValidationError(
                _("Something goes to a part that has no name."), code="nameless"
            )
        self._read_people(cleaned)
        return cleaned

    def _read_people(self, cleaned: dict) -> None:
        known = PeopleOfUnit(self.unit)
        self.people_to: dict[int, int] = {}
        for number in range(MOST_PARTS):
            name = f"part-{number}-people"
            found = known.read(cleaned.get(name) or "")
            if found.people and number not in self.named:
                self.add_error(name, _("Something goes to a part that has no name."))
            for line in found.unknown:
                self.add_error(
                    name, gettext("Nobody of this unit: %(line)s") % {"line": line}
                )
            for line in found.doubtful:
                text = gettext("More than one person: %(line)s. Write the member code.")
                self.add_error(name, text % {"line": line})
            if not found.people.isdisjoint(self.people_to):
                self.add_error(name, _("Somebody stands in two parts."))
            self.people_to |= dict.fromkeys(found.people, number)

    def parts(self) -> list[Part]:
        data = self.cleaned_data
        return [
            Part(unit=data[f"part-{number}-into"])
            if data[f"part-{number}-into"]
            else Part(
                name=data[f"part-{number}-name"],
                short_name=data[f"part-{number}-short_name"],
                kind=self.unit.kind,
                parent=self.unit.parent,
            )
            for number in self.named
        ]

    def draft(self) -> Draft:
        draft, data = super().draft(), self.cleaned_data
        place = {number: order for order, number in enumerate(self.named)}
        draft.people_to = {pk: place[n] for pk, n in self.people_to.items()}
        draft.units_to = {
            unit.pk: place[int(data[f"below-{unit.pk}"])]
            for unit in self.below
            if data[f"below-{unit.pk}"]
        }
        draft.rest_to = place[int(data["rest_to"])] if data["rest_to"] else None
        return draft


FORMS = {form.kind: form for form in (MergeForm, SplitForm, RenameForm, DissolveForm)}
