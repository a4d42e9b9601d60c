"""The rows of a list of the admin, as Django draws them, in a fourth of its time.

What Django looks up for every cell is the same for a whole column: the field, its
choices, the class, whether it leads to the form, and what stands before and behind the
key in that address. A test holds every list of the admin against Django's own.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import (
    FieldIsAForeignKeyColumnName,
    _get_non_gfk_field,
    display_for_field,
    display_for_value,
    lookup_field,
)
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from content.drawing import escaped

Shown = tuple[Any, bool]
"""What a cell says, and whether it is kept on one line."""
Cell = Callable[[models.Model], str]
NOWRAP = models.DateField | models.TimeField | models.ForeignKey
TEXT = models.CharField | models.TextField
LINE = dt.date | dt.time


def result_list(cl: ChangeList) -> dict[str, Any]:
    """What Django's template of a list's table is given."""
    if cl.formset:  # cells to type into
        return admin_list.result_list(cl)
    headers = list(admin_list.result_headers(cl))
    return {
        "cl": cl,
        "result_hidden_fields": [],
        "result_headers": headers,
        "num_sorted_fields": sum(h["sortable"] and h["sorted"] for h in headers),
        "results": [admin_list.ResultList(None, [row]) for row in rows(cl)],
    }


def rows(cl: ChangeList) -> Iterator[SafeString]:
    """The cells of one row after the other."""
    columns = list(_columns(cl))
    for row in cl.result_list:
        yield SafeString("".join([cell(row) for cell in columns]))


def _columns(cl: ChangeList) -> Iterator[Cell]:
    first = True
    for number, name in enumerate(cl.list_display):
        leads = _leads(cl, name, is_first=first)
        said = admin_list._coerce_field_name(name, number)
        shown = _shown(cl, name, leads=leads)
        link = None
        tag = "td"
        if leads:
            tag = "th" if first else "td"
            link = _link(cl)
            first = False
        css = "action-checkbox" if name == "action_checkbox" else f"field-{said}"
        yield _cell(tag, css, shown, link)


def _leads(cl: ChangeList, name: str | Callable, *, is_first: bool) -> bool:
    """Whether the column leads to the form of its row."""
    links = cl.list_display_links
    if links is None:
        return False
    return name in links if links else is_first


def _cell(
    tag: str, css: str, shown: Callable[[models.Model], Shown], link: Cell | None
) -> Cell:
    plain, one_line = f'<{tag} class="{css}">', f'<{tag} class="{css} nowrap">'
    end = f"</{tag}>"

    def cell(row: models.Model) -> str:
        value, nowrap = shown(row)
        start = one_line if nowrap else plain
        if link is None:
            return f"{start}{escaped(value)}{end}"
        opening = link(row)
        closing = "</a>" if opening else ""
        return f"{start}{opening}{escaped(value)}{closing}{end}"

    return cell


def _shown(
    cl: ChangeList, name: str | Callable, *, leads: bool
) -> Callable[[models.Model], Shown]:
    empty = cl.model_admin.get_empty_value_display()
    field = _field(cl.model, name)
    if field is not None and not field.auto_created:
        return _of_field(field, empty, leads=leads)
    if callable(name):
        return _of_method(name, empty)
    if field is None and name != "__str__" and hasattr(cl.model_admin, name):
        return _of_method(getattr(cl.model_admin, name), empty)

    def shown(row: models.Model) -> Shown:
        """A property, a method of the model, or a way to another model."""
        try:
            _field, attr, value = lookup_field(name, row, cl.model_admin)
        except ObjectDoesNotExist:
            return empty, False
        told = attr.fget if isinstance(attr, property) else attr
        words = getattr(attr, "empty_value_display", empty)
        return _words(value, words, boolean=getattr(told, "boolean", False))

    return shown


def _field(model: type[models.Model], name: str | Callable) -> models.Field | None:
    """The column of this name; one that is read by a method has none."""
    if callable(name):
        return None
    try:
        return _get_non_gfk_field(model._meta, name)
    except (FieldDoesNotExist, FieldIsAForeignKeyColumnName):
        return None


def _of_method(attr: Callable, empty: str) -> Callable[[models.Model], Shown]:
    own = getattr(attr, "empty_value_display", empty)
    boolean = getattr(attr, "boolean", False)

    def shown(row: models.Model) -> Shown:
        try:
            value = attr(row)
        except ObjectDoesNotExist:
            return empty, False
        return _words(value, own, boolean=boolean)

    return shown


def _words(value: Any, empty: str, *, boolean: bool) -> Shown:
    if isinstance(value, str) and not boolean:
        return (value if value.strip() else empty), False
    return display_for_value(value, empty, boolean), isinstance(value, LINE)


def _of_field(
    field: models.Field, empty: str, *, leads: bool
) -> Callable[[models.Model], Shown]:
    name, nowrap = field.name, isinstance(field, NOWRAP)
    is_key = isinstance(field.remote_field, models.ManyToOneRel)
    is_text = isinstance(field, TEXT) and not isinstance(field, models.URLField)
    choices = dict(getattr(field, "flatchoices", None) or ())

    def shown(row: models.Model) -> Shown:
        try:
            value = getattr(row, name)
        except ObjectDoesNotExist:
            return empty, False
        if is_key:
            return (empty if value is None else value), nowrap
        if isinstance(value, str):
            value = value if value.strip() else ""
            if choices:
                return choices.get(value, empty), nowrap
            if is_text:
                return value or empty, nowrap
        return display_for_field(value, field, empty, avoid_link=leads), nowrap

    return shown


def _link(cl: ChangeList) -> Cell:
    """The opening of the link to a row's form, or nothing where there is no form."""
    filters = {"preserved_filters": cl.preserved_filters, "opts": cl.opts}
    attribute = str(cl.to_field) if cl.to_field else cl.lookup_opts.pk.attname
    head, tail = _around_key(cl, filters)

    def link(row: models.Model) -> str:
        key = getattr(row, cl.pk_attname)
        if head and type(key) is int and key >= 0:
            address = f"{head}{key}{tail}"
        else:
            try:
                url = cl.url_for_result(row)
            except NoReverseMatch:
                return ""
            address = html.escape(add_preserved_filters(filters, url))
        if not cl.is_popup:
            return f'<a href="{address}">'
        value = escaped(row.serializable_value(attribute))
        return f'<a href="{address}" data-popup-opener="{value}">'

    return link


def _around_key(cl: ChangeList, filters: dict) -> tuple[str, str]:
    """What stands before and behind a numeric key, escaped; "" if that is not known."""
    if type(cl).url_for_result is not ChangeList.url_for_result:
        return "", ""
    try:
        url = reverse(
            f"admin:{cl.opts.app_label}_{cl.opts.model_name}_change",
            args=(0,),
            current_app=cl.model_admin.admin_site.name,
        )
    except NoReverseMatch:
        return "", ""
    end = "/0/change/"
    whole = add_preserved_filters(filters, url)
    if not (url.endswith(end) and whole.startswith(url)):
        return "", ""
    head, tail = url.removesuffix("0/change/"), f"/change/{whole[len(url) :]}"
    return html.escape(head), html.escape(tail)
