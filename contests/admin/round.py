"""A round and its criteria."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contests import publishing
from contests.admin.remembered import MANAGE, Remembered
from contests.models import (
    Criterion,
    Round,
    Score,
)
from members.scoped_admin import (
    ScopedAdmin,
    ScopedTabularInline,
)


class CriterionInline(Remembered, ScopedTabularInline):
    model = Criterion
    view_action = change_action = MANAGE
    unit_path = "contest__unit"
    extra = 0

    def _frozen(self, obj: Round | None) -> bool:
        """Scores were given by these weights; they do not change any more."""
        return bool(obj) and Score.objects.filter(criterion__round=obj).exists()

    def has_add_permission(self, request, obj=None) -> bool:
        return super().has_add_permission(request, obj) and not self._frozen(obj)

    def has_change_permission(self, request, obj=None) -> bool:
        return super().has_change_permission(request, obj) and not self._frozen(obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not self._frozen(obj)


@admin.register(Round)
class RoundAdmin(Remembered, ScopedAdmin):
    """Reached from its contest; holds the criteria."""

    view_action = change_action = MANAGE
    delete_action = None
    unit_path = "contest__unit"
    inlines = [CriterionInline]
    list_display = ["name", "contest", "starts_at", "ends_at", "quorum", "weight"]
    list_select_related = ["contest"]
    show_full_result_count = False
    fields = ["contest", "name", "order", "starts_at", "ends_at", "quorum", "blind"]
    readonly_fields = ["contest"]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("criteria")

    @admin.display(description=_("sum of the weights"))
    def weight(self, round_: Round) -> int:
        return publishing.weight_of(round_)
