"""What every page owes its reader: a strict policy, contrast, size, plain forms."""

import gzip
import re
from pathlib import Path

import pytest
import rcssmin
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory

from content.static_files import joined_styles
from content.templatetags.look import STATES, state_look
from portal import gallery

TEMPLATES = settings.BASE_DIR / "templates"
STYLES = settings.BASE_DIR / "static" / "css"
SCRIPTS = settings.BASE_DIR / "static" / "js"
PAIRS = [  # text, ground, least contrast (WCAG 2.2: 4.5 text, 3 edges and shapes)
    ("ink", "paper", 7),
    ("ink", "tint", 7),
    ("soft", "paper", 4.5),
    ("soft", "tint", 4.5),
    ("blue", "paper", 4.5),
    ("blue", "tint", 4.5),
    ("blue", "blue-wash", 4.5),
    ("red", "paper", 4.5),
    ("red", "red-wash", 4.5),
    ("amber", "paper", 4.5),
    ("green", "paper", 4.5),
    ("ink", "yellow-wash", 7),
    ("ink", "green-wash", 7),
    ("ink", "red-wash", 7),
    ("on-fill", "fill", 4.5),
    ("on-fill", "danger", 4.5),
    ("on-yellow", "yellow", 7),
    ("edge", "paper", 3),
]


class SampleForm(forms.Form):
    name = forms.CharField(label="Họ và tên", help_text="Viết có dấu.")
    note = forms.CharField(label="Lời nhắn", required=False)
    mode = forms.ChoiceField(
        label="Cách học", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")]
    )
    agree = forms.BooleanField(label="Tôi đồng ý.")


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6});", block))


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        digits = colour.lstrip("#")
        if len(digits) == 3:
            digits = "".join(digit * 2 for digit in digits)
        parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def schemes() -> dict[str, dict[str, str]]:
    text = (STYLES / "tokens.css").read_text("utf-8")
    media = r"@media \(prefers-(?:color-scheme: dark|contrast: more)\)"
    light, dark, strong, strong_dark = map(tokens, re.split(media, text))
    paper = tokens((STYLES / "print.css").read_text("utf-8"))
    return {
        "light": light,
        "dark": light | dark,
        "high contrast": light | strong,
        "dark high contrast": light | dark | strong | strong_dark,
        "print": light | dark | paper,
    }


@pytest.mark.parametrize("scheme", schemes())
@pytest.mark.parametrize(("text", "ground", "least"), PAIRS)
def test_colours_of_text_and_edges_are_told_apart(scheme, text, ground, least):
    colours = schemes()[scheme]
    least = 7 if "high contrast" in scheme else least
    assert contrast(colours[text], colours[ground]) >= least


def test_no_component_names_a_colour_of_its_own():
    """White alone may be named: a QR code or a foreign letter needs a white ground."""
    named = {
        path.name: found
        for path in (STYLES / "components").glob("*.css")
        if (found := set(re.findall(r"#[0-9a-f]{3,6}\b", path.read_text("utf-8"))))
    }
    assert set().union(*named.values()) <= {"#fff"}, named


def test_what_everybody_waits_for_stays_small():
    assert len(gzip.compress(joined_styles().encode(), 9)) <= 7.75 * 1024


@pytest.mark.parametrize("name", ["print", "signed_in"])
def test_sheets_that_few_need_stay_small(name):
    text = (STYLES / f"{name}.css").read_bytes()
    assert len(gzip.compress(text, 9)) <= 1.5 * 1024


def test_minifying_keeps_what_calc_and_not_need():
    sheet = joined_styles()
    assert "calc(1.5rem + var(--s3))" in sheet
    assert ".skip:not(:focus)" in sheet
    assert rcssmin.cssmin("a :is(b){c:d}") == "a :is(b){c:d}"


@pytest.mark.parametrize(
    "path", sorted(SCRIPTS.rglob("*.js")), ids=lambda path: path.name
)
def test_the_scripts_of_a_page_stay_small(path):
    """Every page brings portal.js; the others are asked for where they are needed."""
    text = (SCRIPTS / "portal.js").read_bytes() + path.read_bytes()
    assert len(gzip.compress(text, 9)) <= 5 * 1024


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted(TEMPLATES.rglob("*.html"))
        if path.relative_to(TEMPLATES).parts[0] != "mail" or "mailbox" in path.parts
        # A file that people take home: nothing but itself will be there.
        if path.relative_to(TEMPLATES).as_posix() != "members/mydata/copy.html"
    ],
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_pages_bring_no_inline_style_script_or_handler(path: Path):
    text = path.read_text("utf-8")
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or 'type="application/' in tag


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html"])
def test_last_resort_pages_need_no_context_no_database_and_no_manifest(name, settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {
            "BACKEND": ("django.contrib.staticfiles.storage.ManifestStaticFilesStorage")
        }
    }
    page = render_to_string(name)
    assert "<h1>" in page
    assert "css/site.css" in page


def test_a_field_is_tied_to_its_label_hint_and_error():
    form = SampleForm({"name": ""})
    html = render_to_string("components/field.html", {"field": form["name"]})
    assert '<label for="id_name">Họ và tên</label>' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_only_fields_that_may_stay_empty_say_so():
    form = SampleForm()
    marked = {
        name
        for name in form.fields
        if 'class="optional"'
        in render_to_string("components/field.html", {"field": form[name]})
    }
    assert marked == {"note"}


def test_choices_stand_in_a_fieldset_with_the_question_as_legend():
    html = render_to_string("components/field.html", {"field": SampleForm()["mode"]})
    assert re.search(r"<fieldset[^>]*>\s*<legend>Cách học</legend>", html)
    assert html.count("<fieldset") == html.count("</fieldset>") == 1


def test_a_tick_box_stands_before_its_words():
    html = render_to_string("components/field.html", {"field": SampleForm()["agree"]})
    assert html.index("<input") < html.index("Tôi đồng ý.")
    assert html.count("<input") == 1


def test_the_error_summary_leads_to_each_field():
    form = SampleForm({})
    html = render_to_string("components/form_errors.html", {"form": form})
    assert re.findall(r'href="#([^"]+)"', html) == ["id_name", "id_mode_0", "id_agree"]
    assert 'id="id_mode_0"' in str(form["mode"])


@pytest.mark.parametrize(
    ("label", "joined"), [("Đồng ý.", "Đồng ý. Mục"), ("Đồng ý", "Đồng ý: Mục")]
)
def test_the_error_summary_parts_label_and_error(label, joined):
    form = SampleForm({})
    form.fields["agree"].label = label
    html = render_to_string("components/form_errors.html", {"form": form})
    assert joined in html


def test_a_form_without_errors_has_no_summary():
    html = render_to_string("components/form_errors.html", {"form": SampleForm()})
    assert html.strip() == ""


def test_a_formset_names_the_line_of_each_error():
    many = forms.formset_factory(SampleForm, extra=0)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2"}
    data |= {"form-0-name": "An", "form-0-mode": "a", "form-0-agree": "on"}
    html = render_to_string("components/form_errors.html", {"formset": many(data)})
    assert 'href="#id_form-1-name"' in html
    assert 'href="#id_form-0-name"' not in html
    assert "2:" in html


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_a_word_and_a_shape(state):
    html = render_to_string("components/state.html", {"state": state})
    assert str(state_look(state).word) in html
    assert STATES[state].path in html


def test_an_unknown_state_keeps_its_name():
    assert "paused" in render_to_string("components/state.html", {"state": "paused"})


def test_states_of_one_tone_differ_in_word():
    words = [str(look.word) for look in STATES.values()]
    assert len(set(words)) == len(words)


def test_turning_a_page_keeps_the_other_choices():
    request = RequestFactory().get("/tin-tuc/?the=so&page=2")
    page = Paginator(range(30), 10).get_page(2)
    html = render_to_string(
        "components/pagination.html", {"page": page, "request": request}
    )
    assert 'href="?the=so&amp;page=1"' in html
    assert 'href="?the=so&amp;page=3"' in html


def test_one_page_needs_no_pagination():
    page = Paginator(range(3), 10).get_page(1)
    assert not render_to_string("components/pagination.html", {"page": page}).strip()


def test_table_cells_carry_the_name_of_their_column():
    rows = [[{"label": "Xã", "text": "Ba Bể"}, {"label": "Người", "text": "12"}]]
    html = render_to_string("components/table.html", {"rows": rows})
    assert '<th role="rowheader" scope="row" data-label="Xã">' in html
    assert '<td role="cell" data-label="Người">' in html
    assert html.count('role="columnheader"') == 2


@pytest.mark.django_db
def test_the_gallery_draws_every_component(rf):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/?loi=1")
    request.user = AnonymousUser()
    html = gallery.show(request).content.decode()
    components = {path.stem for path in (TEMPLATES / "components").glob("*.html")}
    sheets = (STYLES / "components").glob("*.css")
    for path in (sheet for sheet in sheets if sheet.stem in components):
        names = re.findall(r"^\.([a-z][\w-]*)", path.read_text("utf-8"), re.MULTILINE)
        assert any(re.search(rf'["\s]{name}["\s]', html) for name in names), path.name
