"""The register of breaches, with its clock."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from content import clock
from members.breaches.pages import BreachPages
from members.models import Breach
from members.scoped_admin import OfTheWhole, ScopedAdmin


@admin.register(Breach)
class BreachAdmin(OfTheWhole, BreachPages, ScopedAdmin):
    """A breach may touch every unit."""

    view_action = change_action = "breaches.manage"
    delete_action = None
    unit_path = None
    change_form_template = "members/admin/breach_form.html"
    list_display = ["title", "known_at", "clock_left", "told_authority_at", "closed_at"]
    search_fields = ["title", "what_happened"]
    date_hierarchy = "known_at"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    *("title", "what_happened", "happened_from", "happened_until"),
                    *("known_at", "kinds_of_data", "consequences", "measures"),
                ]
            },
        ),
        (
            _("Who was told"),
            {
                "fields": [
                    *("told_authority_at", "authority_reference", "why_late"),
                    *("others_told", "closed_at"),
                ]
            },
        ),
    ]

    @admin.display(description=_("time left to tell the authority"))
    def clock_left(self, breach: Breach) -> str:
        return left_in_words(breach)

    def narrowed(self, rows: QuerySet, request: HttpRequest) -> QuerySet:
        may = self._allowed(request, self.view_action, None)
        return rows if may else rows.none()

    def render_change_form(self, request, context, **kwargs):
        breach = kwargs.get("obj")
        context["clock_left"] = left_in_words(breach) if breach else ""
        return super().render_change_form(request, context, **kwargs)

    def save_model(self, request, obj, form, change) -> None:
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


def left_in_words(breach: Breach) -> str:
    """ "61 hours left", "over for 5 hours", or that the authority knows."""
    left = breach.left(clock.now())
    if left is None:
        return gettext("told")
    hours = int(abs(left.total_seconds()) // 3600)
    if left.total_seconds() < 0:
        text = ngettext("over for %(n)d hour", "over for %(n)d hours", hours)
    else:
        text = ngettext("%(n)d hour left", "%(n)d hours left", hours)
    return text % {"n": hours}
