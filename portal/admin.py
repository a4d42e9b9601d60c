"""What the site says of itself, changed by those who run the whole of it."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from content import identity
from content.models import Picture, SiteIdentity
from content.richtext import RichTextAdminMixin
from members.scoped_admin import ScopedAdmin
from portal.models import KeyFigure, SitePage
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
