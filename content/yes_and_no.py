"""Yes and no in words where Django's admin draws icons: those speak English only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.contrib import admin
from django.contrib.admin.filters import EmptyFieldListFilter
from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

Name = str | Callable


class YesAndNo:
    """For admin classes: in lists, in what a form only shows, and in its inlines."""

    def get_list_display(self, request: HttpRequest) -> list[Name]:
        return [_in_words(self.model, n) for n in super().get_list_display(request)]

    def render_change_form(self, request, context: dict, **kwargs) -> HttpResponse:
        form = context["adminform"]
        _say(form, self.model, list(form.readonly_fields))
        return super().render_change_form(request, context, **kwargs)

    def get_inline_formsets(self, *args, **kwargs) -> list[InlineAdminFormSet]:
        found = super().get_inline_formsets(*args, **kwargs)
        for inline in found:
            names = list(inline.readonly_fields)
            # Rows that may be added but not changed share their fields with the form
            # of a new row, which needs its boxes to tick.
            if not (inline.has_change_permission or inline.has_add_permission):
                names += flatten_fieldsets(inline.fieldsets)
            _say(inline, inline.opts.model, names)
        return found


def _say(shown: AdminForm | InlineAdminFormSet, model: type[Model], names: list):
    """Put our words in the place of the fields with these names that are yes or no."""
    ours = {name: _in_words(model, name) for name in names}
    shown.readonly_fields = _exchanged(shown.readonly_fields, ours)
    shown.fieldsets = [
        (title, options | {"fields": _exchanged(options["fields"], ours)})
        for title, options in shown.fieldsets
    ]


def _exchanged(fields: Iterable, ours: dict[Name, Name]) -> list:
    """Fields may stand side by side: a list within the list."""
    return [
        _exchanged(one, ours) if isinstance(one, list | tuple) else ours.get(one, one)
        for one in fields
    ]


def _in_words(model: type[Model], name: Name) -> Name:
    """What Django calls for the words, or the name as it came: no yes-or-no field."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    if not isinstance(field, BooleanField):
        return name

    @admin.display(description=field.verbose_name, ordering=name)
    def shown(row: Model) -> str:
        return gettext("Yes") if getattr(row, name) else gettext("No")

    shown.__name__ = name
    return shown


def whether(title: str, *, empty: str, filled: str) -> type[EmptyFieldListFilter]:
    """A filter by a column that may be empty, and what either means."""

    class Whether(EmptyFieldListFilter):
        def __init__(self, *args, **kwargs) -> None:
            super().__init__(*args, **kwargs)
            self.title = title

        def choices(self, changelist) -> Iterator[dict]:
            said = [None, empty, filled]
            for choice, words in zip(super().choices(changelist), said, strict=True):
                # Behind the words stands how many rows there are, if asked for.
                _theirs, _sign, number = str(choice["display"]).partition(" (")
                ours = f"{words} ({number}" if number else words
                yield choice | ({"display": ours} if words else {})

    return Whether
