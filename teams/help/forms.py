"""What somebody who asks for a helper fills in."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharFormField
from content.stamped import StampedForm
from members.account_forms import Guarded
from members.consent_texts import ConsentBox
from members.forms import PhoneFormField
from members.models import Unit
from teams.communes import served
from teams.help.routing import areas_of
from teams.models import HelpRequest, HelpTopic
from vietnam.dates import local_day


class HelpForm(Guarded, StampedForm):
    """Only what a call needs: no account, no date of birth, no words of one's own."""

    name = NFCCharFormField(
        label=_("What may we call you?"),
        max_length=80,
        help_text=_("A name is enough, for example Mrs Sen."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = PhoneFormField(
        help_text=_(
            "The helper calls you. Under 16? Give the number of a parent or teacher."
        )
    )
    commune = forms.ModelChoiceField(
        label=_("Commune"),
        queryset=Unit.objects.none(),
        empty_label=_("Choose your commune"),
    )
    area = NFCCharFormField(
        label=_("Village or group"),
        max_length=120,
        required=False,
        help_text=_("Then the team next to you gets it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    topic = forms.ModelChoiceField(
        label=_("What do you need help with?"),
        queryset=HelpTopic.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )
    prefers = forms.ChoiceField(
        label=_("When may we call?"),
        choices=[("", _("Any time")), *HelpRequest.Prefers.choices],
        required=False,
    )
    agreed = ConsentBox(
        "teams.help",
        error_messages={
            "required": _("Tick the box: without it nobody may call you."),
        },
    )

    def __init__(
        self, *args, now: dt.datetime, here: Unit | None = None, **kwargs
    ) -> None:
        super().__init__(*args, now=now, **kwargs)
        on = local_day(now)
        self.fields["commune"].queryset = served(on)
        self.fields["topic"].queryset = HelpTopic.objects.filter(is_offered=True)
        self.areas = areas_of(here, on=on) if here else []
        if self.areas:
            self.fields["area"].widget.attrs["list"] = "areas"
        if here:
            self.fields["commune"].initial = here.pk

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if not any(map(str.isalpha, name)) or "://" in name or "@" in name:
            raise ValidationError(_("Write a name, please."), code="no_name")
        return name

    def told(self) -> dict:
        """The arguments of `actions.send`."""
        names = ("name", "phone", "commune", "area", "topic", "prefers")
        return {name: self.cleaned_data[name] for name in names}


class CodeForm(forms.Form):
    """The code that stood on the page after sending."""

    code = forms.CharField(
        label=_("Code of your request"),
        max_length=60,
        help_text=_("Twelve letters and digits, such as 4K7M-92PX-3HT8."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters"}
        ),
    )
