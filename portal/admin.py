"""What the site says of itself, changed by those who run the whole of it."""

from __future__ import annotations

from django.apps import apps
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from content import identity
from content.models import Picture, SiteIdentity
from content.richtext import RichTextAdminMixin
from members import permissions
from members.scoped_admin import ScopedAdmin
from portal import scanning
from portal.models import Finding, KeyFigure, SitePage
from portal.picture_admin import PictureAdmin

admin.site.register(Picture, PictureAdmin)


class _OfTheSite(ScopedAdmin):
    """Belongs to no unit."""

    view_action = "site.read"
    change_action = "site.manage"
    unit_path = None


@admin.register(SiteIdentity)
class SiteIdentityAdmin(_OfTheSite):
    fields = [
        "name",
        "owner",
        "responsible",
        "address",
        "contact_phone",
        "contact_email",
    ]

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """There is one, so the list is its form."""
        return redirect("admin:content_siteidentity_change", SiteIdentity.THE_ONE)

    def get_object(self, request: HttpRequest, object_id: str, from_field=None):
        """What holds at first can be looked at and saved like any row."""
        return identity.stored() if object_id == str(SiteIdentity.THE_ONE) else None

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def response_post_save_change(self, request: HttpRequest, obj) -> HttpResponse:
        """The list would lead straight back into the form."""
        return redirect("admin:index")


@admin.register(SitePage)
class SitePageAdmin(RichTextAdminMixin, _OfTheSite):
    """The five pages are there from the beginning and stay."""

    list_display = ["title", "key", "changed_at"]
    readonly_fields = ["key", "changed_at"]
    fieldsets = [
        (None, {"fields": ["key", "title", "body", "changed_at"]}),
        (_("English"), {"fields": ["title_en", "body_en"]}),
    ]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match and match.url_name == "portal_sitepage_changelist"
        return rows.defer("body", "body_en") if is_list else rows


@admin.register(KeyFigure)
class KeyFigureAdmin(_OfTheSite):
    list_display = ["label", "value", "unit", "year", "source", "order"]
    fields = [
        ("value", "unit"),
        "label",
        "year",
        "source",
        "source_url",
        "order",
    ]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Finding)
class FindingAdmin(_OfTheSite):
    """What the nightly scan found: looked at, then mended in its own form or left."""

    list_display = ["words", "what", "place", "found_at", "dismissed_at"]
    list_filter = [("dismissed_at", admin.EmptyFieldListFilter), "what"]
    fields = [*list_display, "dismissed_by"]
    readonly_fields = fields
    actions = ["leave_it"]

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        """It quotes rows of all units."""
        return permissions.everywhere(request.user, self.view_action)

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    @admin.display(description=_("words"), ordering="excerpt")
    def words(self, finding: Finding) -> str:
        return finding.excerpt

    @admin.display(description=_("where"))
    def place(self, finding: Finding) -> str:
        """Leads to the form in which it can be mended."""
        model = apps.get_model(finding.model)
        name = f"{capfirst(model._meta.verbose_name)} {finding.row}"
        if not self.admin_site.is_registered(model):
            return name
        change = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        return format_html(
            '<a href="{}">{}</a>', reverse(change, args=[finding.row]), name
        )

    @admin.action(description=_("I have looked at it: it may stay"))
    def leave_it(self, request: HttpRequest, queryset: QuerySet[Finding]) -> None:
        done = [
            scanning.dismiss(finding_id=pk, by=request.user, now=request.now)
            for pk in queryset.values_list("pk", flat=True)
        ]
        messages.success(
            request,
            ngettext("%(n)s marked as fine.", "%(n)s marked as fine.", sum(done))
            % {"n": sum(done)},
        )
