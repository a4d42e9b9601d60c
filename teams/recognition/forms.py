"""What is said about the team of the month; everybody reads it."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.fields import NFCTextFormField
from teams.models import Recognition
from teams.reports import personal_data


class ReasonField(NFCTextFormField):
    def __init__(self, **kwargs) -> None:
        rows = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})
        super().__init__(
            label=_("What the team did"),
            max_length=600,
            widget=rows,
            help_text=_(
                "One or two sentences that everybody may read; nobody by name."
            ),
            **kwargs,
        )

    def clean(self, value) -> str:
        text = super().clean(value)
        if found := personal_data.found_in(text):
            raise ValidationError(found.label, code=found.value)
        return text


class ChooseForm(forms.Form):
    team = forms.IntegerField(
        min_value=1,
        max_value=2**62,
        error_messages={"required": _("Choose one of the teams.")},
    )
    reason = ReasonField()


class RecognitionForm(forms.ModelForm):
    reason = ReasonField()

    class Meta:
        model = Recognition
        fields = ["reason"]
