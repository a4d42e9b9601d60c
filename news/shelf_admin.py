"""The admin of what stands beside the articles: safety contacts, advice, media kit.

They belong to no unit: who writes sees them, who publishes everywhere changes them.
"""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.scoped_admin import ScopedAdmin
from news import kit
from news.models import KitItem, SafetyAdvice, SafetyContact


class _Shelf(ScopedAdmin):
    view_action = "news.write"
    change_action = "news.publish"
    unit_path = None
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(SafetyContact)
class SafetyContactAdmin(_Shelf):
    list_display = ["name", "phone", "purpose", "checked_on", "order"]
    fields = [
        *("name", "purpose", "phone", "url", "hours"),
        *("source", "source_url", "checked_on", "order"),
    ]


@admin.register(SafetyAdvice)
class SafetyAdviceAdmin(_Shelf):
    list_display = ["title", "audience", "order"]
    list_filter = ["audience"]
    autocomplete_fields = ["article"]
    fields = ["audience", "title", "points", "article", "order"]


class KitItemForm(forms.ModelForm):
    upload = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "PDF, JPEG, PNG, Word, Excel or PowerPoint, at most 50 MB. Empty: the file "
            "stays as it is."
        ),
    )

    class Meta:
        model = KitItem
        fields = [
            *("what", "title", "description", "article"),
            *("licence", "licence_text", "credit", "unit", "order"),
        ]

    def clean_upload(self):
        """Looked into here, so that a refusal stands beside the field."""
        upload = self.cleaned_data["upload"]
        self.found = kit.look(upload, name=upload.name) if upload else None
        return upload

    def clean(self) -> dict:
        data = super().clean()
        if data.get("licence") == KitItem.Licence.OWN and not data.get("licence_text"):
            self.add_error("licence_text", _("Write what its author allows."))
        if "upload" in self.errors:
            return data
        if bool(data.get("upload") or self.instance.file) == bool(data.get("article")):
            self.add_error("upload", _("Give either a file or an article."))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """The file is put in its place after the form has been found good."""
        return super()._get_validation_exclusions() | {"file"}

    def validate_constraints(self) -> None:
        """`clean` has asked with the upload in hand, which the row does not know."""


OF_FILE = ("name", "size_now")


@admin.register(KitItem)
class KitItemAdmin(_Shelf):
    form = KitItemForm
    list_display = ["title", "what", "name", "size_now", "licence", "order"]
    list_filter = ["what"]
    list_select_related = ["article"]
    autocomplete_fields = ["article", "unit"]
    readonly_fields = list(OF_FILE)
    fields = [
        *("what", "title", "description", "upload", *OF_FILE),
        *("article", "licence", "licence_text", "credit", "unit", "order"),
    ]

    def get_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """Name and size are those of a file that is there."""
        stored = obj is not None and obj.file
        return [name for name in self.fields if stored or name not in OF_FILE]

    @admin.display(description=pgettext_lazy("file", "size"), empty_value="–")
    def size_now(self, item: KitItem) -> str:
        return item.size_text if item.size else ""

    def save_model(self, request: HttpRequest, obj: KitItem, form, change) -> None:
        if upload := form.cleaned_data.get("upload"):
            kit.keep(item=obj, upload=upload, found=form.found)
        else:
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: KitItem) -> None:
        kit.remove(item=obj)

    def delete_queryset(self, request: HttpRequest, queryset) -> None:
        for item in queryset:
            kit.remove(item=item)
