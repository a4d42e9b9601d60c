"""Who took which data out, to be read and never written."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members import access_log
from members.models import AccessNote
from members.scoped_admin import ScopedAdmin


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin):
        return [(key, str(label)) for key, label in access_log.kinds.items()]

    def queryset(self, request: HttpRequest, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(AccessNote)
class AccessNoteAdmin(ScopedAdmin):
    view_action = change_action = "access.read"
    delete_action = None
    unit_path = "unit"
    fields = ["at", "taken_by", "kind_words", "what", "unit", "rows"]
    list_display = ["at", "taken_by", "kind_words", "what", "unit", "rows"]
    list_display_links = ["what"]
    list_filter = [KindFilter]
    list_select_related = ["unit"]
    search_fields = ["by_name", "what"]
    fold_on_search = ("by_name", "what")
    date_hierarchy = "at"

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_view_permission(self, request, obj=None) -> bool:
        return self._allowed(request, self.view_action, obj)

    @admin.display(description=_("taken out by"), ordering="by_name")
    def taken_by(self, note: AccessNote) -> str:
        return note.by_name

    @admin.display(description=_("kind"))
    def kind_words(self, note: AccessNote) -> str:
        return access_log.kind_words(note.kind)
