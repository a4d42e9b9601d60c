"""What the desk types: who walked in, and who helps."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharFormField, NFCEmailFormField
from members.consent_texts import ConsentBox
from members.forms import BirthDateField, PhoneFormField
from members.matching import describe
from members.models import Person, Unit
from training.models import SessionStaff
from vietnam.fold import fold

NEW = "new"


class WalkInForm(forms.Form):
    """Somebody at the desk who is not in the list."""

    WHOM = "whom"

    full_name = NFCCharFormField(
        label=_("Full name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birth_date = BirthDateField(
        required=False, widget=forms.DateInput(attrs={"autocomplete": "off"})
    )
    birth_year = forms.IntegerField(
        label=_("Or only the year of birth"),
        required=False,
        min_value=1900,
        max_value=2100,
        widget=forms.NumberInput(attrs={"autocomplete": "off"}),
    )
    phone = PhoneFormField(required=False)
    member_code = NFCCharFormField(
        label=_("Member code"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    unit_name = NFCCharFormField(
        label=_("Unit"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    agreed = ConsentBox(
        "training.desk",
        error_messages={"required": _("Ask for the signature: we need it.")},
    )
    over = forms.BooleanField(
        label=_("I agree to one more person than there are places"), required=False
    )

    def __init__(self, *args, may_agree: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        if not may_agree:
            del self.fields["over"]

    @property
    def whom(self) -> str:
        """What was answered to `ask`: "new", or the key of a person."""
        return self.data.get(self.WHOM, "")

    def ask(self, people: Sequence[Person]) -> None:
        """Whether it is one of them; without any of them to show, for one more fact."""
        pairs = [(str(one.pk), describe(one)) for one in people]
        self.fields[self.WHOM] = forms.ChoiceField(
            label=_("Who is it?"),
            choices=[*pairs, (NEW, _("Somebody else, who is new here"))],
            widget=forms.RadioSelect,
        )
        self.order_fields([self.WHOM, *self.fields])
        if people:
            text = _("Is it one of these? Choose, so that we know.")
        else:
            text = _(
                "Perhaps we know this person. Ask for phone, member code, year of "
                "birth or unit and add it below; if there is nothing more, say that "
                "they are new here."
            )
        self.add_error(self.WHOM, text)

    @property
    def unit(self) -> Unit | None:
        """The unit with just this name, where only one is called so."""
        name = self.cleaned_data.get("unit_name", "")
        if not name:
            return None
        same = [
            unit
            for unit in Unit.objects.filter(name__iexact=name, valid_to=None)[:2]
            if fold(unit.name) == fold(name)
        ]
        return same[0] if len(same) == 1 else None


class StaffForm(forms.Form):
    """One helper or instructor of one session."""

    email = NFCEmailFormField(
        label=_("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=SessionStaff.Role.choices,
        initial=SessionStaff.Role.HELPER,
        widget=forms.RadioSelect,
    )
