"""Admin classes that show and change only what lies in somebody's units (rule 10).

A feature's admin is configuration:

    class SessionAdmin(ScopedAdmin):
        view_action = "training.read"
        change_action = "training.manage"
        unit_path = "unit"          # how a row finds its unit; "" when it is one

Lists, forms, choice lists, autocomplete and exports follow from these. Rows that
belong to no unit (`unit_path = None`: kinds, sections) are seen by whoever holds the
action anywhere and changed by whoever holds it everywhere.

Bulk actions get the rows that may be *seen*; narrow them by `self.changeable(...)`.
`list_editable` goes past `change_action` and is refused by a check.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import cache, cached_property
from html import escape
from typing import Any

from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core import checks
from django.core.exceptions import (
    FieldDoesNotExist,
    PermissionDenied,
    ValidationError,
)
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext as words_of_django

from content.lookups import OfferedLookups
from content.search.columns import Fold
from content.yes_and_no import YesAndNo
from members import factors, history_page, permissions
from members.models import Unit, User
from members.tracking import SAFE
from vietnam.fold import fold

__all__ = [
    "CalmAutocomplete",
    "CalmAutocompleteMultiple",
    "OfTheWhole",
    "ScopedAdmin",
    "ScopedInline",
    "ScopedRelatedFilter",
    "ScopedStackedInline",
    "ScopedTabularInline",
]


class _Calm:
    """Django's own fails over a forged value when it draws a refused form again."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, list(filter(self._is_key, value)), attr)

    def _is_key(self, text: str) -> bool:
        try:
            self.field.target_field.to_python(text)
        except ValidationError:
            return False
        return True


class CalmAutocomplete(_Calm, AutocompleteSelect):
    """Choose one row by typing."""


class CalmAutocompleteMultiple(_Calm, AutocompleteSelectMultiple):
    """Choose several rows by typing."""


class _Scope:
    """What admin classes and inlines share: actions instead of model permissions."""

    view_action: str = ""
    change_action: str = ""
    add_action: str | None = ""
    """Empty: as `change_action`. None: nobody adds here."""
    delete_action: str | None = ""
    """Empty: as `change_action`. None: nobody deletes here."""
    unit_path: str | None = "unit"
    folded_search_fields: tuple[str, ...] = ()
    fold_on_search: tuple[str, ...] = ()
    """Texts without a folded column of their own, in tables of some thousand rows."""
    """Columns that hold folded text; what is searched for is folded for them."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None):
        return self._allowed(request, self.view_action, obj) or (
            self.has_change_permission(request, obj)
        )

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None):
        if self.add_action is None:
            return False
        return self._allowed(request, self.add_action or self.change_action, None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None):
        return self._allowed(request, self.change_action, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None):
        if self.delete_action is None:
            return False
        return self._allowed(request, self.delete_action or self.change_action, obj)

    def _allowed(self, request: HttpRequest, action: str, obj: Model | None) -> bool:
        if self.unit_path is None:
            if action == self.view_action:
                return permissions.may(request.user, action)
            return permissions.everywhere(request.user, action)
        if obj is None or obj.pk is None:
            return permissions.may(request.user, action)
        if request.method not in SAFE:
            return self._in_scope(request.user, action, obj)
        # A page asks it for each of its buttons, and changes nothing meanwhile.
        known = request.__dict__.setdefault("_in_scope", {})
        key = (action, self.unit_path, obj)
        if key not in known:
            known[key] = self._in_scope(request.user, action, obj)
        return known[key]

    def _in_scope(self, user: User, action: str, obj: Model) -> bool:
        rows = type(obj)._base_manager.filter(pk=obj.pk)
        return permissions.scoped(rows, user, action, self.unit_path).exists()

    def choices_for(self, db_field: Field, request: HttpRequest) -> QuerySet:
        """What may be chosen for a relation: what the person may change or see.

        Units: those in which the rows of this admin may be changed. Other models:
        what their own admin shows to this person.
        """
        model = db_field.remote_field.model
        rows = model._default_manager.all()
        if model is Unit:
            return permissions.scoped(rows, request.user, self.change_action, "")
        related = self.admin_site._registry.get(model)
        if isinstance(related, ScopedAdmin):
            return related.narrowed(rows, request)
        return rows

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", self._with_present(db_field, request))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", CalmAutocomplete(db_field, self.admin_site))
        if db_field.name == self.unit_path and not permissions.everywhere(
            request.user, self.change_action
        ):
            # A row without a unit would vanish from its own author's list.
            kwargs["required"] = True
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs.setdefault("queryset", self.choices_for(db_field, request))
        if db_field.name in self.get_autocomplete_fields(request):
            widget = CalmAutocompleteMultiple(db_field, self.admin_site)
            kwargs.setdefault("widget", widget)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _with_present(self, db_field: ForeignKey, request: HttpRequest) -> QuerySet:
        """The choices and the value that stands in the row already.

        A row may point outside somebody's units, set by a higher hand; saving its
        other fields must not force a change.
        """
        choices = self.choices_for(db_field, request)
        match = request.resolver_match
        object_id = match.kwargs.get("object_id") if match else None
        if object_id is None or db_field.model is not self.model:
            return choices
        if getattr(self, "parent_model", None):
            return choices
        field = self.model._meta.pk
        try:
            rows = self.model._base_manager.filter(pk=field.to_python(object_id))
        except ValidationError:  # the page itself answers 404
            return choices
        target = db_field.target_field.name
        present = {f"{target}__in": rows.values(db_field.name)}
        model = db_field.remote_field.model
        return choices | model._default_manager.filter(**present)


class ScopedAdmin(_Scope, OfferedLookups, YesAndNo, admin.ModelAdmin):
    """See the module."""

    history_parts: Sequence[tuple[type[Model], str]] = ()
    """Rows below one that have a page of their own: model, and its key to the row."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permissions.may(request.user, self.view_action)

    def action_checkbox(self, obj: Model) -> SafeString:
        """Django's box, not rendered from a template for each row: that took a quarter
        of a list's time."""
        words = words_of_django("Select this object for an action - {}").format(obj)
        return SafeString(
            f'<input type="checkbox" name="{ACTION_CHECKBOX_NAME}"'
            f' value="{escape(str(obj.pk))}" class="action-select"'
            f' aria-label="{escape(words)}">'
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.narrowed(super().get_queryset(request), request)

    def changelist_view(self, request: HttpRequest, extra_context=None):
        if self._asks_again(request):
            return factors.ask_again(request)
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self._asks_again(request):
            return factors.ask_again(request)
        return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self._asks_again(request):
            return factors.ask_again(request)
        return super().delete_view(request, *args, **kwargs)

    def _asks_again(self, request: HttpRequest) -> bool:
        """Looking asks for nothing; changing what is grave asks for the factor."""
        is_grave = self.change_action in permissions.GRAVE
        return is_grave and request.method == "POST" and not factors.is_fresh(request)

    def render_change_form(self, request, context: dict, **kwargs) -> HttpResponse:
        """A form with nothing to type into is looked at and closed, not saved."""
        inlines = context["inline_admin_formsets"]
        if not context["adminform"].form.fields and not any(
            one.has_add_permission or one.has_change_permission for one in inlines
        ):
            context |= {"show_save": False, "show_save_and_continue": False}
            context["title"] = gettext("View %s") % self.opts.verbose_name
        return super().render_change_form(request, context, **kwargs)

    def get_deleted_objects(self, objs, request: HttpRequest) -> tuple:
        """What still needs the rows is a better reason than a right one lacks."""
        found, counts, lacking, needed_by = super().get_deleted_objects(objs, request)
        return found, counts, set() if needed_by else lacking, needed_by

    def narrowed(self, rows: QuerySet, request: HttpRequest) -> QuerySet:
        """The rows this person may see here."""
        if self.unit_path is None:
            return (
                rows
                if permissions.may(request.user, self.view_action)
                else (rows.none())
            )
        return permissions.scoped(rows, request.user, self.view_action, self.unit_path)

    def changeable(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        """Those of the rows that this person may change; for bulk actions."""
        if self.unit_path is None:
            return rows if self.has_change_permission(request) else rows.none()
        return permissions.scoped(
            rows, request.user, self.change_action, self.unit_path
        )

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Asked by import-export; it exports the list, which is narrowed already."""
        return self.has_view_permission(request)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def get_search_results(self, request, queryset, search_term):
        """Search without accents, and offer in autocomplete only what may be chosen."""
        asking = self._asking_field(request)
        if asking:
            admin_of_form, db_field = asking
            choices = admin_of_form.choices_for(db_field, request)
            queryset = queryset.filter(pk__in=choices.order_by().values("pk"))
        fields = self.get_search_fields(request)
        names = (
            *self.folded_search_fields,
            *map("folded_{}".format, self.fold_on_search),
        )
        if not names or not search_term:
            return super().get_search_results(request, queryset, search_term)
        plain, duplicates = super().get_search_results(request, queryset, search_term)
        aliases = {f"folded_{name}": Fold(name) for name in self.fold_on_search}
        plain, folded = plain.alias(**aliases), queryset.alias(**aliases)
        for word in fold(search_term).split():
            matches = folded.none()
            for name in names:
                matches |= folded.filter(**{f"{name}__contains": word})
            folded = matches
        return (plain | folded if fields else folded), duplicates

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context=None
    ) -> HttpResponse:
        """What the database remembers of the row and of those below it, in words."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        parts = [
            (inline.model, _get_foreign_key(self.model, inline.model).name)
            for inline in self.get_inline_instances(request, obj)
        ]
        sources = history_page.sources_for(self.model, [*parts, *self.history_parts])
        context = self.admin_site.each_context(request) | {
            "title": gettext("History: %(row)s") % {"row": obj},
            "subtitle": None,
            "page": history_page.read(obj, sources, request),
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "object": obj,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "members/admin/history.html", context)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Something new begins in the highest unit its author works for.

        The address may propose other values; what no field can read is left out.
        """
        proposed = {}
        if self.unit_path == "unit":
            unit = permissions.home_unit(request.user, self.change_action)
            proposed["unit"] = unit.pk if unit else None
        for name, text in super().get_changeform_initial_data(request).items():
            with contextlib.suppress(FieldDoesNotExist, ValidationError):
                proposed[name] = self._read(self.opts.get_field(name), text)
        return proposed

    @staticmethod
    def _read(field: Field, text: str | list[str]) -> Any:
        if field.many_to_many:
            return [field.target_field.to_python(part) for part in text]
        return field.to_python(text) if field.concrete else None

    def _asking_field(self, request: HttpRequest) -> tuple[_Scope, Field] | None:
        """The form's admin and the field that an autocomplete request is for."""
        match = request.resolver_match
        if not match or match.url_name != "autocomplete":
            return None
        for model, model_admin in self.admin_site._registry.items():
            asked = request.GET.get("app_label"), request.GET.get("model_name")
            if asked == (model._meta.app_label, model._meta.model_name):
                if not isinstance(model_admin, _Scope):
                    return None
                db_field = model._meta.get_field(request.GET["field_name"])
                return model_admin, db_field
        return None

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        problems = super().check(**kwargs)
        for name in ("view_action", "change_action", "add_action", "delete_action"):
            action = getattr(self, name)
            unset = action == "" and name in ("add_action", "delete_action")
            if not unset and action is not None and action not in permissions.ACTIONS:
                problems.append(
                    checks.Error(
                        f"{type(self).__name__}.{name}: no action {action!r}",
                        id="members.E001",
                    )
                )
        if self.list_editable:
            problems.append(
                checks.Error(
                    f"{type(self).__name__}: list_editable goes past change_action",
                    id="members.E002",
                )
            )
        return problems


class OfTheWhole:
    """Before ScopedAdmin, for what is about no unit: a right in some unit opens none
    of it, not even to look at."""

    def _allowed(self, request: HttpRequest, action: str, obj: Model | None) -> bool:
        return permissions.everywhere(request.user, action)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request, self.view_action, None)


class ScopedInline(_Scope):
    """An inline is seen and changed with its parent: `obj` here is the parent row.

    Set the parent's actions and `unit_path` again (they speak of the parent).
    """

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None):
        if self.add_action is None:
            return False
        return self._allowed(request, self.add_action or self.change_action, obj)

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs):
        kwargs.setdefault("formset", _with_one_empty_form(self.formset))
        return super().get_formset(request, obj, **kwargs)


@cache
def _with_one_empty_form(formset: type[BaseInlineFormSet]) -> type[BaseInlineFormSet]:
    """Django makes the empty form anew wherever a page asks for it, five times each."""

    class OneEmptyForm(formset):
        @cached_property
        def empty_form(self) -> ModelForm:
            return super().empty_form

    return OneEmptyForm


class ScopedTabularInline(ScopedInline, admin.TabularInline):
    """Rows of a table below the parent's form."""


class ScopedStackedInline(ScopedInline, admin.StackedInline):
    """Small forms below the parent's form."""


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter by relation that names only what the person may see."""

    def field_choices(self, field, request, model_admin):
        shown = model_admin.choices_for(field, request).order_by().values("pk")
        return field.get_choices(
            include_blank=False,
            ordering=self.field_admin_ordering(field, request, model_admin),
            limit_choices_to={"pk__in": shown},
        )
