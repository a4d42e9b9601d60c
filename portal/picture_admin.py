"""The shared pictures: whoever writes uses them, each under their own hand.

On this floor because a picture belongs to no feature, while who may change it follows
from the features that show it.
"""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from content.models import Picture
from content.pictures import actions as verbs
from content.pictures import reading
from content.pictures.staff import thumbnail, uses
from members import permissions
from members.scoped_admin import ScopedAdmin
from news.models import Article


class PictureForm(forms.ModelForm):
    class Meta:
        model = Picture
        fields = [
            *("title", "alt", "decorative", "faces", "focus", "caption", "credit"),
        ]

    def clean(self) -> dict:
        """What is described already must not fall silent where it is shown."""
        data = super().clean()
        if not data.get("alt") and not data.get("decorative") and self.instance.alt:
            self.add_error("alt", _("Describe it, or mark it as decorative."))
        return data


class NewPictureForm(PictureForm):
    upload = forms.FileField(
        label=_("File"),
        help_text=_(
            "JPEG, PNG, WebP or GIF. Place and device, which cameras write into their "
            "pictures, are removed."
        ),
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}
        ),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        # Who uploads knows; later nobody does.
        self.fields["faces"].required = True
        self.fields["title"].help_text = _("Leave it empty: it is the file's name.")

    def clean_upload(self):
        """Decoded here, so that a refusal stands beside the field."""
        upload = self.cleaned_data["upload"]
        self.reading = reading.read(upload, name=upload.name)
        return upload


class PictureAdmin(ScopedAdmin):
    """Everybody who writes sees and adds pictures; they belong to no unit.

    A picture in use is changed by those who may change everything that shows it, on
    pages that are out those who publish them; it is deleted by nobody.
    """

    view_action = change_action = "pictures.use"
    unit_path = None
    form = PictureForm
    list_display = ["preview", "title", "described", "credit", "state", "is_cover"]
    list_display_links = ["preview", "title"]
    list_filter = ["faces", "state", "decorative", "created_at"]
    list_per_page = 40
    show_full_result_count = False
    search_fields = ["title", "alt", "credit"]
    fold_on_search = ("title", "alt", "caption", "credit")
    readonly_fields = ["preview", "state", "size", "used_by"]
    actions = ["try_again"]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return permissions.may(request.user, self.change_action)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        if not permissions.may(request.user, self.change_action):
            return False
        return obj is None or all(
            self._changes(request, row) for row in self._uses(obj)
        )

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        allowed = self.has_change_permission(request, obj)
        return allowed and (obj is None or not self._uses(obj))

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        covers = Article.objects.filter(cover=OuterRef("pk"))
        return super().get_queryset(request).annotate(opens=Exists(covers))

    def get_object(self, request: HttpRequest, object_id, from_field=None):
        """With what shows it, as far as this person may know (rule 10)."""
        picture = super().get_object(request, object_id, from_field)
        if picture is not None:
            uses = self._uses(picture)
            picture.told = [row for row in uses if self._sees(request, row)]
        return picture

    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["form"] = PictureForm if obj else NewPictureForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj=None) -> list[str]:
        words = PictureForm.Meta.fields
        if obj is None:
            return ["upload", *words]
        return ["preview", *words, "state", "size", "used_by"]

    def save_model(self, request: HttpRequest, obj: Picture, form, change) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        found = form.reading
        obj.title = obj.title or found.title
        verbs.keep(picture=obj, found=found)
        if found.was_animated:
            sentence = _("Only the first frame of the animation was kept.")
            self.message_user(request, sentence, messages.WARNING)

    def delete_model(self, request: HttpRequest, obj: Picture) -> None:
        verbs.remove(picture=obj)

    def get_actions(self, request: HttpRequest) -> dict:
        """Deleting many at once asks nobody whether a text shows them."""
        offered = super().get_actions(request)
        offered.pop("delete_selected", None)
        return offered

    @admin.action(description=_("Prepare again what failed"))
    def try_again(self, request: HttpRequest, queryset: QuerySet) -> None:
        number = verbs.try_again(pictures=queryset)
        sentence = ngettext(
            "%(number)s picture is prepared again.",
            "%(number)s pictures are prepared again.",
            number,
        )
        self.message_user(request, sentence % {"number": number})

    @admin.display(description=_("picture"))
    def preview(self, picture: Picture) -> str:
        return thumbnail(picture)

    @admin.display(description=_("described"))
    def described(self, picture: Picture) -> str:
        return gettext("Yes") if picture.is_described else gettext("No")

    @admin.display(description=_("opens an article"))
    def is_cover(self, picture: Picture) -> str:
        return gettext("Yes") if picture.opens else gettext("No")

    @admin.display(description=_("size"))
    def size(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    @admin.display(description=_("used by"), empty_value=_("Nothing shows it yet."))
    def used_by(self, picture: Picture) -> str:
        rows = [(self._link(row), str(row)) for row in picture.told]
        told = format_html_join("", '<p><a href="{}">{}</a></p>', rows)
        number = len(self._uses(picture)) - len(rows)
        if not number:
            return told
        sentence = ngettext(
            "%(number)d place in the care of others",
            "%(number)d places in the care of others",
            number,
        )
        return told + format_html("<p>{}</p>", sentence % {"number": number})

    def _uses(self, picture: Picture) -> list:
        """Asked several times for one page; read once."""
        if not hasattr(picture, "_used_by"):
            picture._used_by = list(uses(picture))
        return picture._used_by

    def _changes(self, request: HttpRequest, row) -> bool:
        keeper = self.admin_site._registry.get(type(row))
        if keeper is None:
            return False
        # Descriptions and captions are read at once where the page is out.
        asked = getattr(keeper, "has_live_permission", keeper.has_change_permission)
        return asked(request, row)

    def _sees(self, request: HttpRequest, row) -> bool:
        keeper = self.admin_site._registry.get(type(row))
        return keeper is not None and keeper.has_view_permission(request, row)

    @staticmethod
    def _link(row) -> str:
        meta = row._meta
        return reverse(
            f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]
        )
