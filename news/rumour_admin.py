"""What readers report, until somebody has looked into it."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from members import permissions
from members.scoped_admin import ScopedAdmin
from news.models import Rumour


@admin.register(Rumour)
class RumourAdmin(ScopedAdmin):
    """Rumours belong to no unit: who writes for the whole site deals with them."""

    view_action = change_action = "news.write"
    delete_action = "news.publish"
    unit_path = None
    list_display = ["text", "state", "times", "last_at", "article"]
    list_filter = ["state"]
    list_select_related = ["article"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["text", "url"]
    autocomplete_fields = ["article"]
    readonly_fields = ["text", "url", "contact", "times", "first_at", "last_at"]
    fields = [*readonly_fields, "state", "remark", "article"]

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        """A reader's telephone number is not for every unit's editor."""
        return permissions.everywhere(request.user, self.view_action)

    has_change_permission = has_view_permission

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def narrowed(self, rows, request: HttpRequest):
        return rows if self.has_view_permission(request) else rows.none()

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False
