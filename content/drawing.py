"""What forms consist of, drawn in Python where Django asks a template for each input.

A form of the admin with its inlines has a hundred inputs, labels and empty lists of
errors; through templates they took a fifth of the page. What is drawn here looks as by
Django's templates to the last character (a test holds them together); whatever is
unusual, and every template of our own, is left to the templates.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise
from django.utils.safestring import SafeData

FOLDER = "django/forms/"
INPUTS = (
    *("input", "text", "number", "email", "url", "password", "hidden", "file"),
    *("date", "datetime", "time", "checkbox"),
)
HALVES = tuple(f"{FOLDER}widgets/{name}.html" for name in ("date", "time"))
OPTION = f"{FOLDER}widgets/select_option.html"
BOXES = tuple(
    f"{FOLDER}widgets/{name}.html" for name in ("checkbox_option", "radio_option")
)


class Renderer(TemplatesSetting):
    """For settings.FORM_RENDERER."""

    def render(self, template_name: str, context: Mapping, request=None) -> str:
        draw = DRAWN.get(template_name)
        drawn = draw(context) if draw else None
        if drawn is None:
            return super().render(template_name, context, request)
        return drawn.strip()


def escaped(value: Any) -> str:
    """As `conditional_escape`, whose wrapper costs more than the escaping."""
    if isinstance(value, Promise):
        value = str(value)
    if hasattr(value, "__html__"):
        return value.__html__()
    return html.escape(str(value))


def _text(value: Any) -> str:
    """As `value|stringformat:"s"`."""
    return str(value) if isinstance(value, SafeData) else html.escape(str(value))


def _attrs(attrs: Mapping[str, Any] | None) -> str:
    """True is a name alone, False is nothing."""
    return "".join(
        f" {escaped(name)}" if value is True else f' {escaped(name)}="{_text(value)}"'
        for name, value in (attrs or {}).items()
        if value is not False
    )


def _input(context: Mapping) -> str:
    widget = context["widget"]
    value = widget["value"]
    told = "" if value is None else f' value="{_text(value)}"'
    return (
        f'<input type="{escaped(widget["type"])}" name="{escaped(widget["name"])}"'
        f"{told}{_attrs(widget['attrs'])}>"
    )


def _textarea(context: Mapping) -> str:
    widget = context["widget"]
    value = escaped(widget["value"]) if widget["value"] else ""
    head = f'<textarea name="{escaped(widget["name"])}"{_attrs(widget["attrs"])}>'
    return f"{head}\n{value}</textarea>"


def _select(context: Mapping) -> str | None:
    """None where a label is a number or a day, which has a form in each language."""
    widget = context["widget"]
    parts = [f'<select name="{escaped(widget["name"])}"{_attrs(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{escaped(group)}">')
        for option in options:
            label = option["label"]
            if option["template_name"] != OPTION or not isinstance(
                label, str | Promise
            ):
                return None
            parts.append(
                f'\n  <option value="{_text(option["value"])}"'
                f"{_attrs(option['attrs'])}>{escaped(label)}</option>\n"
            )
        if group:
            parts.append("\n  </optgroup>")
    return f"{''.join(parts)}\n</select>"


def _boxes(context: Mapping) -> str | None:
    """Checkboxes or radio buttons below one another; None as for `_select`."""
    widget = context["widget"]
    attrs = widget["attrs"]
    told = "".join(
        f' {name}="{escaped(attrs[name])}"'
        for name in ("id", "class")
        if attrs.get(name)
    )
    parts = [f"<div{told}>"]
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f"\n  <div><label>{escaped(group)}</label>")
        for option in options:
            drawn = _box(option)
            if drawn is None:
                return None
            parts.append(f"<div>\n    {drawn}\n\n</div>")
        if group:
            parts.append("\n  </div>")
    return f"{''.join(parts)}\n</div>"


def _box(option: Mapping) -> str | None:
    label = option["label"]
    if option["template_name"] not in BOXES or not isinstance(label, str | Promise):
        return None
    drawn = f"{_input({'widget': option})}\n"
    if not option.get("wrap_label"):
        return drawn
    own = option["attrs"].get("id")
    told = f' for="{escaped(own)}"' if own else ""
    return f"<label{told}>{drawn} {escaped(label)}</label>"


def _day_and_time(context: Mapping) -> str | None:
    """The admin's two inputs of a moment; None where one is not drawn here."""
    labels = (context["date_label"], context["time_label"])
    drawn = []
    for label, widget in zip(labels, context["widget"]["subwidgets"], strict=True):
        if widget["template_name"] not in HALVES:
            return None
        drawn.append(f"  {escaped(label)} {_input({'widget': widget})}\n\n")
    return f'<p class="datetime">\n{drawn[0]}<br>\n{drawn[1]}\n</p>'


def _label(context: Mapping) -> str:
    label = escaped(context["label"])
    if not context["use_tag"]:
        return label
    tag = escaped(context["tag"])
    return f"<{tag}{_attrs(context['attrs'])}>{label}</{tag}>"


def _no_errors(context: Mapping) -> str | None:
    return None if context["errors"] else ""


DRAWN: dict[str, Callable[[Mapping], str | None]] = {
    **{f"{FOLDER}widgets/{name}.html": _input for name in INPUTS},
    "admin/widgets/split_datetime.html": _day_and_time,
    f"{FOLDER}widgets/textarea.html": _textarea,
    f"{FOLDER}widgets/select.html": _select,
    f"{FOLDER}widgets/checkbox_select.html": _boxes,
    f"{FOLDER}widgets/radio.html": _boxes,
    f"{FOLDER}label.html": _label,
    f"{FOLDER}errors/list/default.html": _no_errors,
    f"{FOLDER}errors/list/ul.html": _no_errors,
}
"""Templates by name; None is drawn by the template after all."""
