"""What became of a unit, noted in the admin."""

from __future__ import annotations

from django.contrib import admin

from members.models import (
    UnitSuccession,
)
from members.scoped_admin import (
    ScopedAdmin,
)


@admin.register(UnitSuccession)
class UnitSuccessionAdmin(ScopedAdmin):
    view_action = "units.read"
    change_action = "units.manage"
    delete_action = None
    unit_path = "old"
    fields = ["old", "kind", "new", "date", "decision_number"]
    list_display = ["old", "kind", "new", "date", "decision_number"]
    list_filter = ["kind"]
    list_select_related = ["old", "new"]
    search_fields = ["decision_number"]
    date_hierarchy = "date"

    def has_add_permission(self, request, obj=None) -> bool:
        """Rows are made by changes, which show first what would move."""
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        """What has happened to a unit is history."""
        return False

    def has_view_permission(self, request, obj=None) -> bool:
        return self._allowed(request, self.view_action, obj)
