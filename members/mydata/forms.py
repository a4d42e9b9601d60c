"""What people and staff type about requests."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import DataRequest
from members.mydata import clocks

Kind = DataRequest.Kind


class AskForm(forms.Form):
    """What the page cannot do by itself, asked of the staff."""

    KINDS = (Kind.CORRECT, Kind.RESTRICT, Kind.OBJECT, Kind.SEE)

    kind = forms.ChoiceField(
        label=_("What do you ask for?"),
        choices=[(kind.value, kind.label) for kind in KINDS],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Say it in your words"),
        help_text=_("For example what is wrong, and what would be right."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SureForm(forms.Form):
    """The last step before a deletion."""

    sure = forms.BooleanField(
        label=_("I have read what is deleted and what stays, and I want this.")
    )


class AnswerForm(forms.Form):
    """How staff close a request."""

    DONE, REFUSED = "done", "refused"

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(DONE, _("Done")), (REFUSED, _("Refused"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What the person is told"),
        help_text=_("For a refusal: the reason, and the law that it rests on."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("outcome") == self.REFUSED and not cleaned.get("text"):
            self.add_error("text", _("Say why; the person has a right to know."))
        return cleaned

    @property
    def done(self) -> bool:
        return self.cleaned_data["outcome"] == self.DONE


class ExtendForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it takes longer"),
        help_text=_("The law allows it once; the person is told the reason."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RequestForm(forms.ModelForm):
    """Staff type in what came on paper, by telephone or by mail."""

    received_on = forms.DateField(
        label=_("Came on"), help_text=_("The clock begins on this day.")
    )

    class Meta:
        model = DataRequest
        fields = ["person", "kind", "way", "text"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "way" in self.fields:
            self.fields["way"].choices = [
                choice
                for choice in DataRequest.Way.choices
                if choice[0] != DataRequest.Way.PAGE
            ]
            self.fields["person"].required = True

    def clean_received_on(self) -> dt.date:
        day = self.cleaned_data["received_on"]
        today = clocks.today()
        if day > today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day
