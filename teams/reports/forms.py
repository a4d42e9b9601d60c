"""What a leader types each month: a field for each indicator, and nothing named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content import clock
from content.fields import NFCTextFormField
from teams import months
from teams.models import Indicator, Report
from teams.models.report import LONGEST
from teams.reports import personal_data, rules
from teams.reports.numbers import NumberError, read_number
from teams.reports.rules import Value

Measure = Indicator.Measure
YES, NO = "yes", "no"


class NumberField(forms.CharField):
    """A count as it is typed; what cannot be read stays in the field."""

    def __init__(self, **kwargs) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "20"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value) -> int | None:
        try:
            return read_number((value or "")[:40])
        except NumberError as error:
            label = error.reason.label
            raise ValidationError(label, code=error.reason.value) from error


class YesNoField(forms.TypedChoiceField):
    def __init__(self, **kwargs) -> None:
        super().__init__(
            choices=[(YES, _("Yes")), (NO, _("No"))],
            coerce=lambda text: text == YES,
            empty_value=None,
            widget=forms.RadioSelect,
            **kwargs,
        )

    def prepare_value(self, value):
        return {True: YES, False: NO}.get(value, value)


class WordsField(NFCTextFormField):
    def __init__(self, **kwargs) -> None:
        rows = forms.Textarea(attrs={"rows": 4})
        super().__init__(widget=rows, max_length=LONGEST, **kwargs)

    def clean(self, value) -> str | None:
        text = super().clean(value)
        if found := personal_data.found_in(text):
            raise ValidationError(found.label, code=found.value)
        return text or None


class ReportForm(forms.Form):
    """The lines of one month. `version` is that of the report it was drawn from."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False
    )

    def __init__(
        self,
        *args,
        indicators: Sequence[Indicator],
        values: Mapping[int, Value],
        version: int,
        **kwargs,
    ) -> None:
        initial = {name_of(pk): value for pk, value in values.items()}
        super().__init__(*args, initial=initial | {"version": version}, **kwargs)
        self.indicators = indicators
        for one in indicators:
            field = {Measure.YES_NO: YesNoField, Measure.TEXT: WordsField}.get(
                Measure(one.measure), NumberField
            )
            self.fields[name_of(one.pk)] = field(
                label=one.name, help_text=one.hint, required=False
            )

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    @property
    def values(self) -> dict[int, Value | None]:
        """What was typed, by the keys of the indicators."""
        return {
            one.pk: self.cleaned_data.get(name_of(one.pk)) for one in self.indicators
        }

    def take_version(self, version: int) -> None:
        """Drawn again over what stands there now: the next press replaces it."""
        self.data = self.data.copy()
        self.data["version"] = str(version)

    def problems(self) -> dict[str, str]:
        """A sentence for each field that cannot be taken."""
        return {name: str(errors[0]) for name, errors in self.errors.items()}


def name_of(indicator_pk: int) -> str:
    return f"v{indicator_pk}"


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=200)


class MonthField(forms.CharField):
    """A month as people type it: "11/2026", "2026-11", or any day of it."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("help_text", _("Such as 11/2026."))
        super().__init__(max_length=10, **kwargs)

    def clean(self, value) -> dt.date | None:
        text = super().clean(value)
        if not text:
            return None
        month = read_month(text)
        if month is None:
            raise ValidationError(_("This is no month. Write it as 11/2026."), "month")
        return month

    def prepare_value(self, value):
        return months.text(value) if isinstance(value, dt.date) else value


_MONTH = re.compile(r"(?:\d{1,2}[/.-])?(\d{1,2})[/.-](\d{4})")


def read_month(text: str) -> dt.date | None:
    if found := _MONTH.fullmatch(text.strip()):
        number, year = found.groups()
        return months.read(f"{year}-{int(number):02d}")
    return months.read(text.strip()[:7])


class IndicatorForm(forms.ModelForm):
    """An indicator; its unit of measure stays once somebody has reported in it."""

    active_from = MonthField(label=_("First month"), required=False)
    active_to = MonthField(label=_("Last month"), required=False)

    class Meta:
        model = Indicator
        fields = [
            "code",
            "name",
            "hint",
            "measure",
            "is_level",
            "order",
            "active_from",
            "active_to",
        ]

    def clean_measure(self) -> str:
        measure = self.cleaned_data["measure"]
        changed = self.instance.pk and measure != self.initial["measure"]
        if changed and self.instance.values.exists():
            raise ValidationError(
                _(
                    "Figures were reported in this unit of measure already. Give this "
                    "indicator a last month and add a new one."
                ),
                "used",
            )
        return measure

    def clean(self) -> dict:
        data = super().clean()
        first, last = data.get("active_from"), data.get("active_to")
        if first and last and last < first:
            text = _("The last month lies before the first.")
            self.add_error("active_to", ValidationError(text, "before_start"))
        return data


class StartForm(forms.ModelForm):
    """Which team and which month; the figures are typed on the next page."""

    month = MonthField(label=_("Month"))

    class Meta:
        model = Report
        fields = ["team", "month"]

    def clean(self) -> dict:
        data = super().clean()
        team, month = data.get("team"), data.get("month")
        if team and month:
            refusal = rules.why_not_begin(team, month, now=clock.now())
            if refusal:
                error = ValidationError(refusal.label, refusal.value)
                self.add_error("month", error)
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """The rule has said it in better words."""
        return super()._get_validation_exclusions() | {"team", "month"}
