"""Units and their kinds in the admin."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from content import clock
from content.yes_and_no import whether
from members import actions, permissions, rules
from members.models import (
    Unit,
    UnitKind,
)
from members.scoped_admin import (
    ScopedAdmin,
)
from vietnam.dates import local_day


@admin.register(UnitKind)
class UnitKindAdmin(ScopedAdmin):
    view_action = "units.read"
    change_action = "units.manage"
    unit_path = None
    list_display = ["name", "family", "is_village", "order"]
    search_fields = ["name", "code"]


class UnitForm(forms.ModelForm):
    """The parent is asked about here, and asked again under the tree's lock."""

    may_be_root = True

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "name" in self.fields:
            self.fields["name"].help_text = _(
                "Mend the spelling here. A new name by a decision is given with “New "
                "name”, so that lists of before keep the old one."
            )

    def clean_parent(self) -> Unit | None:
        parent = self.cleaned_data["parent"]
        if parent is None:
            if self.may_be_root or (self.instance.pk and not self.instance.parent_id):
                return None
            raise ValidationError(_("Choose the unit above."), code="required")
        if self.instance.pk is None or parent.pk != self.instance.parent_id:
            self._ask_rule(parent)
        return parent

    def _ask_rule(self, parent: Unit) -> None:
        today = local_day(clock.now())
        if self.instance.pk:
            refusal = rules.why_not_move(self.instance, parent, on=today)
        elif not parent.is_current(today):
            refusal = rules.Refusal.PARENT_CLOSED
        else:
            refusal = None
        if refusal:
            raise ValidationError(refusal.label, code=refusal.value)


class UnitTreeList(ChangeList):
    """Units in the order of the tree, each with its depth."""

    def get_queryset(self, request: HttpRequest, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        return rows.with_tree_fields().order_by("tree_ordering")


@admin.register(Unit)
class UnitAdmin(ScopedAdmin):
    view_action = "units.read"
    change_action = "units.manage"
    delete_action = None
    unit_path = ""
    form = UnitForm
    change_form_template = "members/admin/unit_form.html"
    actions = ["merge_selected"]
    fields = [
        "name",
        "short_name",
        "kind",
        "parent",
        "official_code",
        "slug",
        "valid_from",
        "valid_to",
    ]
    readonly_fields = ["slug", "valid_to"]
    autocomplete_fields = ["parent"]
    list_display = ["in_tree", "kind", "official_code", "valid_to"]
    list_filter = [
        "kind",
        ("valid_to", whether(_("end"), empty=_("Without an end"), filled=_("Has one"))),
    ]
    list_select_related = ["kind"]
    list_per_page = 100
    search_fields = ["official_code"]
    folded_search_fields = ("folded_name",)

    def get_changelist(self, request: HttpRequest, **kwargs):
        return UnitTreeList

    @admin.display(description=_("unit"))
    def in_tree(self, unit: Unit) -> str:
        return format_html("{}{}", "\u2003" * unit.tree_depth, unit.name)

    def render_change_form(self, request, context, **kwargs):
        unit = kwargs.get("obj")
        context["may_change_in_time"] = (
            bool(unit)
            and unit.valid_to is None
            and self.has_change_permission(request, unit)
        )
        return super().render_change_form(request, context, **kwargs)

    @admin.action(description=_("Merge these units"), permissions=["change"])
    def merge_selected(self, request: HttpRequest, queryset):
        chosen = [("unit", pk) for pk in queryset.values_list("pk", flat=True)[:50]]
        url = reverse("admin:members_unitchange_merge")
        return redirect(f"{url}?{urlencode(chosen)}")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.may_be_root = permissions.everywhere(request.user, self.change_action)
        return form

    def save_model(self, request, obj, form, change) -> None:
        now = clock.now()
        if not change:
            fields = ("kind", "name", "parent", "short_name", "official_code")
            made = actions.create_unit(
                now=now,
                valid_from=form.cleaned_data["valid_from"],
                **{name: form.cleaned_data[name] for name in fields},
            )
            obj.pk, obj.slug = made.pk, made.slug
            obj._state.adding = False
            return
        others = [name for name in form.changed_data if name != "parent"]
        if "parent" in form.changed_data:
            actions.move_unit(unit=obj, parent=obj.parent, now=now)
        if others:
            obj.save(update_fields=[*others, "folded_name"])
