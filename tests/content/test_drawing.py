"""Every input that is drawn without a template looks as if a template had drawn it."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import django
import pytest
from django import forms
from django.contrib.admin.widgets import (
    AdminDateWidget,
    AdminSplitDateTime,
    AdminTextInputWidget,
)
from django.forms.renderers import TemplatesSetting, get_default_renderer
from django.forms.utils import ErrorList
from django.template.loader import get_template
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from content import drawing

ODD = "<b>\"Nông\" & 'Ánh'</b>"
ATTRS = {
    "id": "id_a",
    "data-odd": ODD,
    "data-safe": mark_safe("&amp;"),
    "data-lazy": _("Search"),
    "maxlength": 5000,
    "hidden": True,
    "disabled": False,
    "data-none": None,
    ODD: "name",
}
VALUES = [None, "", ODD, mark_safe("<i>"), 0, 12345, Decimal("1.50"), True, False]
VALUES += [dt.date(2026, 3, 5), ("a", "b"), _("Search"), ["a", 1]]
WIDGETS = [
    *(forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput),
    *(forms.PasswordInput, forms.HiddenInput, forms.FileInput, forms.DateInput),
    *(forms.DateTimeInput, forms.TimeInput, forms.CheckboxInput, forms.Textarea),
    *(AdminDateWidget, AdminTextInputWidget),
]
INCLUDED = ["multiple_input", "input_option"]
CHOICES = [
    ("", "–"),
    (1, ODD),
    ("a b", _("Search")),
    (None, mark_safe("&amp;")),
    (_("Group"), [("x", "X"), ("y", "Y")]),
]


@pytest.fixture(autouse=True, params=["vi", "en"])
def language(request):
    with translation.override(request.param):
        yield


def both(draw):
    """By us, and by templates alone."""
    return draw(drawing.Renderer()), draw(TemplatesSetting())


@pytest.mark.parametrize("attrs", [None, ATTRS], ids=["plain", "odd"])
@pytest.mark.parametrize("widget", WIDGETS, ids=lambda kind: kind.__name__)
def test_inputs(widget, attrs):
    for value in VALUES:
        ours, theirs = both(
            lambda r, v=value: widget(attrs).render("n<", v, renderer=r)
        )
        assert ours == theirs
        assert "<b>" not in ours


@pytest.mark.parametrize(
    "kind",
    [
        *(forms.Select, forms.SelectMultiple),
        *(forms.CheckboxSelectMultiple, forms.RadioSelect),
    ],
)
@pytest.mark.parametrize("more", [[], [(5, 12345)], [(6, dt.date(2026, 3, 5))]])
def test_choices(kind, more):
    for value in (None, "", 1, "1", ["a b", "x"], 5):
        for attrs in (None, ATTRS):
            widget = kind(attrs, [*CHOICES, *more])
            ours, theirs = both(lambda r, w=widget, v=value: w.render("n", v, None, r))
            assert ours == theirs
            assert "<b>" not in ours


@pytest.mark.parametrize("attrs", [None, {"id": "id_a", "required": True}, ATTRS])
def test_a_day_and_a_time(attrs):
    moments = [None, dt.datetime(2026, 3, 5, 7, 9, tzinfo=dt.UTC), [ODD, ""]]
    plain, other = AdminSplitDateTime(attrs), AdminSplitDateTime(attrs)
    other.widgets[1].template_name = "django/forms/widgets/textarea.html"
    for widget in (plain, other):
        for value in moments:
            ours, theirs = both(lambda r, w=widget, v=value: w.render("n<", v, None, r))
            assert ours == theirs
            assert "<b>" not in ours


def test_labels_and_errors():
    def form(renderer):
        class Odd(forms.Form):
            required_css_class = "must"
            name = forms.CharField(label=ODD)
            lazy = forms.CharField(label=_("Search"), required=False)
            many = forms.MultipleChoiceField(choices=CHOICES[:3], label="?")
            rows = forms.MultipleChoiceField(
                choices=CHOICES[:3], widget=forms.CheckboxSelectMultiple
            )
            when = forms.SplitDateTimeField(widget=forms.SplitHiddenDateTimeWidget)

        return Odd({"many": "x<"}, renderer=renderer)

    def parts(renderer):
        bound = form(renderer)
        drawn = [str(bound), str(bound.non_field_errors())]
        for field in bound:
            tags = [field.label_tag(), field.label_tag(attrs={"class": ODD}), field]
            drawn += map(str, [*tags, field.errors, field.errors.as_ul()])
        bare = forms.Form(auto_id=False, renderer=renderer)
        bare.fields["a"] = forms.CharField(label=ODD)
        return [*drawn, str(bare["a"].label_tag())]

    ours, theirs = both(parts)
    assert ours == theirs
    assert str(ErrorList(renderer=drawing.Renderer())) == ""


def test_no_template_of_our_own_is_passed_over():
    assert isinstance(get_default_renderer(), drawing.Renderer)
    home = Path(django.__file__).parent
    names = [*drawing.DRAWN, drawing.OPTION, *drawing.BOXES]
    names += [f"django/forms/widgets/{name}.html" for name in INCLUDED]
    names += ["django/forms/widgets/attrs.html", "django/forms/attrs.html"]
    for name in names:
        assert Path(get_template(name).origin.name).is_relative_to(home)
