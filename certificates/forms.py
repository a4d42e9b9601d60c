"""What somebody types who checks a paper, and what staff correct."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from certificates import actions, codes
from certificates.models import Certificate
from certificates.rules import Refusal
from content.fields import NFCCharFormField


class CodeForm(forms.Form):
    """The code at the foot of a certificate, however it was typed."""

    ma = forms.CharField(
        label=_("Code on the certificate"),
        max_length=60,
        help_text=_(
            "16 letters and digits in four groups, at the foot of the certificate."
        ),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )

    def clean_ma(self) -> str:
        code = codes.read(self.cleaned_data["ma"])
        if code is None:
            raise ValidationError(
                _("This is no code of a certificate. Compare it with the paper.")
            )
        return code


class CorrectForm(forms.ModelForm):
    """What a new version says otherwise."""

    class Meta:
        model = Certificate
        fields = actions.CORRECTABLE
        widgets = {
            name: forms.TextInput(attrs={"class": "vLargeTextField"})
            for name in ("name", "of_unit", "course", "merit", "extent", "venue")
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", Refusal.DAYS.label)
        return data

    def _post_clean(self) -> None:
        """The row itself stays as it is: an action writes the new version."""

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class RevokeForm(forms.Form):
    """Why a certificate ends."""

    reason = NFCCharFormField(
        label=_("Why is it revoked?"),
        max_length=200,
        help_text=_(
            "The register and the person's own data keep it; the public page does "
            "not show it."
        ),
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )
