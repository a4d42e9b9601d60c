"""Changes of units that are planned, done or called off, in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.models import UnitChange
from members.scoped_admin import ScopedAdmin
from members.units.pages import ChangePages


@admin.register(UnitChange)
class UnitChangeAdmin(ChangePages, ScopedAdmin):
    """Rows are made on the pages of the verbs; here they are looked at."""

    view_action = change_action = "units.manage"
    delete_action = None
    unit_path = "unit"
    change_form_template = "members/admin/unit_change_form.html"
    fields = [
        *("kind", "unit", "merged_with", "followed_by", "date"),
        *("decision_number", "decided_on", "state", "problem"),
        *("planned_at", "planned_by", "ended_at", "ended_by"),
    ]
    list_display = ["unit", "kind", "followed_by", "date", "decision_number", "state"]
    list_filter = ["state", "kind"]
    list_select_related = ["unit"]
    search_fields = ["decision_number"]
    folded_search_fields = ("unit__folded_name",)
    date_hierarchy = "date"

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_view_permission(self, request, obj=None) -> bool:
        return self._allowed(request, self.view_action, obj)

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("parts__unit")

    @admin.display(description=_("merged together with"))
    def merged_with(self, change: UnitChange) -> str:
        return ", ".join(str(unit) for unit in change.others.all()) or "–"

    @admin.display(description=_("units that follow"))
    def followed_by(self, change: UnitChange) -> str:
        return ", ".join(str(part) for part in change.parts.all()) or "–"

    def render_change_form(self, request, context, **kwargs):
        change = kwargs.get("obj")
        waiting = bool(change) and change.state in UnitChange.OPEN
        context |= {
            "waiting": waiting,
            "may_try": waiting and change.state == UnitChange.State.BLOCKED,
        }
        return super().render_change_form(request, context, **kwargs)
