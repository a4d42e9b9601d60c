"""What a guardian ticks and signs."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.consent_texts import ConsentBox
from members.models import Consent


class GuardianForm(forms.Form):
    """One box for each purpose, none of them ticked beforehand (Law 91/2025)."""

    take_part = ConsentBox(
        "guardian.take_part",
        error_messages={
            "required": _(
                "Tick this box to agree. Without it, choose “I do not agree” below."
            )
        },
    )
    publish_name = ConsentBox("guardian.name", required=False)
    publish_picture = ConsentBox("guardian.picture", required=False)
    full_name = forms.CharField(
        label=_("Your full name"),
        max_length=120,
        help_text=_("It counts as your signature."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    relation = forms.CharField(
        label=_("You are the child's"),
        max_length=60,
        help_text=_("For example mother, father, grandmother or guardian."),
    )
    is_guardian = forms.BooleanField(
        label=_("I am the father, the mother or the legal guardian of this child"),
        error_messages={
            "required": _("Only a parent or legal guardian may agree for the child.")
        },
    )

    def clean_full_name(self) -> str:
        name = " ".join(self.cleaned_data["full_name"].split())
        if len(name.split()) < 2:
            raise ValidationError(
                _("Write family name and given name, such as Nguyễn Thị Ánh."),
                code="incomplete",
            )
        return name

    @property
    def publish(self) -> list[Consent.Purpose]:
        """The purposes of publishing that were ticked."""
        boxes = {
            "publish_name": Consent.Purpose.PUBLISH_NAME,
            "publish_picture": Consent.Purpose.PUBLISH_PICTURE,
        }
        return [purpose for box, purpose in boxes.items() if self.cleaned_data[box]]
