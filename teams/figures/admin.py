"""Where the communes stand on the map of tiles."""

from __future__ import annotations

from django.contrib import admin

from members.scoped_admin import ScopedAdmin
from teams.models import CommuneTile


@admin.register(CommuneTile)
class CommuneTileAdmin(ScopedAdmin):
    view_action, change_action = "teams.read", "teams.manage"
    autocomplete_fields = ["unit"]
    list_display = ["unit", "row", "column"]
    list_select_related = ["unit"]
    list_per_page = 100
    show_full_result_count = False
    folded_search_fields = ("unit__folded_name",)
