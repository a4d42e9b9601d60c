"""What people tell us about themselves."""

from __future__ import annotations

import datetime as dt
import re

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from content import clock
from content.fields import NFCCharFormField
from content.prepared import prepared
from members import actions, own_letters
from members.models import Person, Unit, User
from vietnam.dates import local_day
from vietnam.formats import DAY_FIRST_DATES
from vietnam.phones import PhoneError, PhoneProblem, display_phone, parse_phone

OLDEST = 120

PHONE_PROBLEMS = {
    PhoneProblem.CHARACTERS: _("A phone number has digits only, such as 0912 345 678."),
    PhoneProblem.LENGTH: _("A phone number has 10 digits, such as 0912 345 678."),
    PhoneProblem.UNKNOWN: _("There is no such phone number. Look at it once more."),
}


class PhoneFormField(forms.CharField):
    """A phone number as people write it; cleans to E.164, shows the usual spelling."""

    widget = forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"})

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"label": _("Phone"), "max_length": 40, **kwargs})

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_phone(text)
        except PhoneError as error:
            if error.reason == PhoneProblem.EMPTY and not self.required:
                return ""
            problem = PHONE_PROBLEMS.get(
                error.reason, PHONE_PROBLEMS[PhoneProblem.CHARACTERS]
            )
            raise ValidationError(problem, code=error.reason.value) from error

    def prepare_value(self, value):
        if isinstance(value, str) and value.startswith("+"):
            return display_phone(value)
        return value


class BirthDateField(forms.DateField):
    """A date of birth typed day first, in a plain text box.

    A calendar widget is a long way back to 2009, and browsers show it in the
    language of the phone, month first for some.
    """

    widget = forms.DateInput(
        format="%d/%m/%Y",
        attrs={
            "autocomplete": "bday",
            "maxlength": 20,
        },
    )

    def __init__(self, **kwargs) -> None:
        super().__init__(
            **{
                "label": _("Date of birth"),
                "help_text": _("Day, month, year: for example 19/05/2008."),
                "input_formats": DAY_FIRST_DATES,
                "error_messages": {
                    "invalid": _("Write day, month and year, such as 19/05/2008.")
                },
                **kwargs,
            }
        )

    def to_python(self, value):
        """Also reads 19 5 2008 and, from a number pad, 19052008."""
        if isinstance(value, str):
            value = re.sub(r"^(\d\d)(\d\d)(\d{4})$", r"\1/\2/\3", value.strip())
            value = re.sub(r"\s*[/.\s-]\s*", "/", value) if len(value) < 30 else value
            value = re.sub(r"^(\d{4})/(\d\d?)/(\d\d?)$", r"\1-\2-\3", value)
        return super().to_python(value)

    def clean(self, value):
        day = super().clean(value)
        today = local_day(clock.now())
        if day and day > today:
            raise ValidationError(_("This day has not come yet."), code="future")
        if day and day.year < today.year - OLDEST:
            raise ValidationError(_("Look at the year once more."), code="too_old")
        return day


class UnitChoiceField(forms.ModelChoiceField):
    """The person's unit: communes, schools and the like, one level below the province.

    About a hundred names grouped by kind, some 2 KB compressed, without a script; the
    2,500 branches below them would be 60 KB. Whom a secretary has placed in a branch
    keeps it as the first choice.
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(
            **{
                "queryset": Unit.objects.none(),
                "label": _("Unit"),
                "help_text": _("Where you live, study or work."),
                "empty_label": _("I do not know or have none"),
                "required": False,
                **kwargs,
            }
        )

    def offer(self, *, on: dt.date, present: Unit | None = None) -> None:
        """Offer the units of that day and the one the person is in."""
        rows = _communes(on)
        if present and all(unit.pk != present.pk for unit in rows):
            own = [(present.pk, str(present))]
        else:
            present, own = None, []
        groups: dict[str, list[tuple[int, str]]] = {}
        for unit in rows:
            groups.setdefault(unit.kind.name, []).append((unit.pk, str(unit)))
        self.queryset = Unit.objects.communes(on) | Unit.objects.filter(
            pk=present and present.pk
        )
        self.choices = [("", self.empty_label), *own, *groups.items()]


@prepared
def _communes(on: dt.date) -> QuerySet:
    rows = Unit.objects.communes(on).select_related("kind")
    return rows.order_by("kind__order", "folded_name")


class ProfileForm(forms.Form):
    """Name, birth, phone and unit: what a sign-up needs to know of a person.

    `ProfileForm(data, person=user.person)`; `form.save(user=…, now=…)` makes or
    updates the person. `cleaned_data` are the arguments of `actions.save_profile`.
    """

    full_name = NFCCharFormField(
        label=_("Full name"),
        max_length=120,
        help_text=_("As on your papers; it is printed on certificates."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    birth_date = BirthDateField()
    phone = PhoneFormField(
        required=False, help_text=_("So that we reach you when something changes.")
    )
    unit = UnitChoiceField()

    def __init__(self, *args, person: Person | None = None, **kwargs) -> None:
        self.person = person
        kwargs["initial"] = self._known(person) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(
            on=local_day(clock.now()), present=person and person.unit
        )

    @staticmethod
    def _known(person: Person | None) -> dict:
        if person is None:
            return {}
        return {
            "full_name": person.full_name,
            "birth_date": person.birth_date,
            "phone": person.phone,
            "unit": person.unit_id,
        }

    def clean_full_name(self) -> str:
        name = self.cleaned_data["full_name"]
        words = name.split()
        if len(words) < 2 or not all(any(map(str.isalpha, word)) for word in words):
            raise ValidationError(
                _("Write family name and given name, such as Nguyễn Thị Ánh."),
                code="incomplete",
            )
        return " ".join(words)

    def save(self, *, user: User, now: dt.datetime) -> Person:
        return actions.save_profile(user=user, now=now, **self.cleaned_data)


class LettersForm(forms.Form):
    """Which kinds of letters one wants."""

    kinds = forms.MultipleChoiceField(
        label=_("Send me these letters"),
        help_text=_(
            "Letters about your own sign-ups and your account still come: you need "
            "them."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offered = own_letters.offered(user)
        self.fields["kinds"].choices = [(key, kind.label) for key, kind in offered]
        # A list: the widget takes a set for one value.
        self.initial["kinds"] = sorted(own_letters.wanted(user))
