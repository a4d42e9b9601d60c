"""The words beside each box of consent: read, and followed by other words."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from content import clock
from members import consent_texts
from members.models import ConsentText
from members.scoped_admin import ScopedAdmin


class ConsentTextForm(forms.ModelForm):
    """A new version; what is in force stays and goes on proving what it proves."""

    key = forms.ChoiceField(label=_("box"))

    class Meta:
        model = ConsentText
        fields = ["language", "words", "more", "valid_from", "ask_again"]

    field_order = ["key", "language", "words", "more", "valid_from", "ask_again"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "valid_from" not in self.fields:
            del self.fields["key"]  # looked at, not written
            return
        self.fields["key"].choices = [
            (key, box.label) for key, box in consent_texts.boxes.items()
        ]
        self.fields["valid_from"].required = False
        self.fields["valid_from"].help_text = _("Empty: from now on.")

    def clean_valid_from(self):
        moment = self.cleaned_data["valid_from"]
        if moment and moment < clock.now():
            raise ValidationError(
                _("Other words were shown then. Choose a moment ahead, or none."),
                code="past",
            )
        return moment

    def _post_clean(self) -> None:
        """The row is made by the action, which gives it its version."""


@admin.register(ConsentText)
class ConsentTextAdmin(ScopedAdmin):
    view_action = "site.read"
    change_action = "site.manage"
    delete_action = None
    unit_path = None
    form = ConsentTextForm
    change_form_template = "members/admin/consent_text_form.html"
    list_display = ["box", "language", "version", "words", "valid_from", "ask_again"]
    list_filter = ["language", "purpose"]
    search_fields = ["words"]

    def has_change_permission(self, request, obj=None) -> bool:
        """Consents refer to it: other words are a new version."""
        return obj is None and super().has_change_permission(request)

    def get_fields(self, request, obj=None):
        if obj is None:
            return ConsentTextForm.field_order
        return [
            *("box", "purpose", "language", "version", "words", "more"),
            *("valid_from", "ask_again", "made_at", "made_by"),
        ]

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["fields"] = ConsentTextForm.Meta.fields
        return super().get_form(request, obj, change=change, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """Another version begins with the words in force."""
        key, language = request.GET.get("key"), request.GET.get("language")
        if key not in consent_texts.boxes or language not in {"vi", "en"}:
            return {}
        row = consent_texts.current(key, language)
        return {
            "key": key,
            "language": language,
            "words": row.words,
            "more": row.more,
        }

    @admin.display(description=_("box"), ordering="key")
    def box(self, row: ConsentText) -> str:
        box = consent_texts.boxes.get(row.key)
        return str(box.label) if box else row.key

    def save_model(self, request, obj, form, change) -> None:
        data = form.cleaned_data
        row = consent_texts.publish(
            key=data["key"],
            language=data["language"],
            words=data["words"].strip(),
            more=data["more"].strip(),
            valid_from=data["valid_from"],
            ask_again=data["ask_again"],
            by=request.user,
            now=clock.now(),
        )
        obj.__dict__.update(row.__dict__)
