"""What became of a unit, noted in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content import clock
from members import actions, permissions, rules
from members.models import (
    Unit,
    UnitSuccession,
)
from members.scoped_admin import (
    CalmAutocompleteMultiple,
    ScopedAdmin,
)


class SuccessionForm(forms.ModelForm):
    heirs = forms.ModelMultipleChoiceField(
        Unit.objects.all(),
        required=False,
        label=_("Units that follow"),
        help_text=_("One for a merger or a new name, several for a split."),
        widget=CalmAutocompleteMultiple(
            UnitSuccession._meta.get_field("new"), admin.site
        ),
    )

    class Meta:
        model = UnitSuccession
        fields = ["old", "kind", "date", "decision_number"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            refusal = rules.why_not_succeed(
                cleaned["old"],
                list(cleaned["heirs"]),
                UnitSuccession.Kind(cleaned["kind"]),
                date=cleaned["date"],
            )
            if refusal:
                raise ValidationError(refusal.label, code=refusal.value)
        return cleaned

    def _post_clean(self) -> None:
        """The rows are made by the action; one row does not hold all heirs."""


@admin.register(UnitSuccession)
class UnitSuccessionAdmin(ScopedAdmin):
    view_action = "units.read"
    change_action = "units.manage"
    delete_action = None
    unit_path = "old"
    form = SuccessionForm
    autocomplete_fields = ["old"]
    list_display = ["old", "kind", "new", "date", "decision_number"]
    list_filter = ["kind"]
    list_select_related = ["old", "new"]
    search_fields = ["decision_number"]
    date_hierarchy = "date"

    def has_change_permission(self, request, obj=None) -> bool:
        """What has happened to a unit is history."""
        return obj is None and super().has_change_permission(request)

    def get_fields(self, request, obj=None):
        if obj:
            return ["old", "kind", "new", "date", "decision_number"]
        return ["old", "kind", "heirs", "date", "decision_number"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["fields"] = ["old", "kind", "date", "decision_number"]
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            form.base_fields["heirs"].queryset = permissions.units_for(
                request.user, self.change_action
            )
        return form

    def save_model(self, request, obj, form, change) -> None:
        data = form.cleaned_data
        rows = actions.succeed_unit(
            old=data["old"],
            heirs=list(data["heirs"]),
            kind=UnitSuccession.Kind(data["kind"]),
            date=data["date"],
            decision_number=data["decision_number"],
            now=clock.now(),
        )
        obj.__dict__.update(rows[0].__dict__)
