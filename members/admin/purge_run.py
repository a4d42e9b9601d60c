"""The report of the nightly purge: each rule, how long it keeps, what went."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from content.yes_and_no import whether
from members import retention
from members.models import PurgeRun
from members.scoped_admin import OfTheWhole, ScopedAdmin


@admin.register(PurgeRun)
class PurgeRunAdmin(OfTheWhole, ScopedAdmin):
    """To look at; a night writes one line for each rule."""

    view_action = change_action = "people.erase"
    add_action = delete_action = None
    unit_path = None
    list_display = ["what", "keeps", "why", "at", "removed", "error"]
    list_filter = [
        ("error", whether(_("outcome"), empty=_("Done"), filled=_("Failed"))),
        "at",
    ]
    fields = ["what", "keeps", "why", "at", "removed", "error"]
    readonly_fields = ["what", "keeps", "why"]
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    @admin.display(description=_("data"), ordering="rule")
    def what(self, run: PurgeRun) -> str:
        rule = retention.registry.get(run.rule)
        return str(rule.what) if rule else run.rule

    @admin.display(description=_("kept"))
    def keeps(self, run: PurgeRun) -> str:
        rule = retention.registry.get(run.rule)
        return str(rule.keeps) if rule else ""

    @admin.display(description=_("why"))
    def why(self, run: PurgeRun) -> str:
        rule = retention.registry.get(run.rule)
        return str(rule.why) if rule else ""
