import unicodedata

import pytest
from django import forms
from django.contrib.admin import ModelAdmin, site
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db.models import Value
from django.db.models.functions import Upper
from hypothesis import given
from hypothesis import strategies as st

from content import fields

DECOMPOSED = unicodedata.normalize("NFD", "Số hoá")
COMPOSED = unicodedata.normalize("NFC", "Số hoá")


@pytest.mark.parametrize(
    ("raw", "line", "text"),
    [
        (DECOMPOSED, COMPOSED, COMPOSED),
        ("  a b\u00a0 ", "a b", "a b"),
        ("a\r\nb\rc\nd", "a b c d", "a\nb\nc\nd"),
        ("a\tb", "a b", "a\tb"),
        ("a\x00b\x07c\x1b[31md\x9f", "abc[31md", "abc[31md"),
        ("a\ud800b\udfff", "ab", "ab"),
        ("a\u200bb\ufeffc\u2060d", "abcd", "abcd"),
        ("\u202eabc\u202c \u2066x\u2069", "abc x", "abc x"),
        ("a\u2028b\u2029c\x85d", "a b c d", "a\nb\nc\nd"),
        ("👩\u200d🌾", "👩\u200d🌾", "👩\u200d🌾"),
        ("", "", ""),
    ],
)
def test_text_is_cleaned(raw, line, text):
    assert fields.clean_line(raw) == line
    assert fields.clean_text(raw) == text


@given(st.text(st.characters()))
def test_clean_text_stays_as_it_is_and_can_be_stored(raw):
    for clean in (fields.clean_line, fields.clean_text):
        once = clean(raw)
        assert clean(once) == once
        assert "\x00" not in once
        once.encode()


def test_every_way_of_writing_stores_clean_text(note_model):
    created = note_model.objects.create(title=f" {DECOMPOSED}\n", summary="a\r\nb\x00")
    assert (created.title, created.summary) == (COMPOSED, "a\nb")
    note_model.objects.bulk_create([note_model(title=DECOMPOSED)])
    updated = note_model.objects.create(title="x")
    note_model.objects.filter(pk=updated.pk).update(title=DECOMPOSED)
    note_model.objects.bulk_update([created], ["title"])
    assert set(note_model.objects.values_list("title", flat=True)) == {COMPOSED}


def test_lookups_are_asked_in_the_same_form(note_model):
    note = note_model.objects.create(title=COMPOSED)
    assert note_model.objects.get(title=DECOMPOSED) == note
    assert note_model.objects.get(title__in=[DECOMPOSED]) == note


def test_expressions_and_null_are_left_to_the_database(note_model):
    note = note_model.objects.create(title=Upper(Value("ab")))
    note.refresh_from_db()
    assert note.title == "AB"
    assert fields.NFCCharField(max_length=3, null=True).get_prep_value(None) is None


def test_validation_measures_the_composed_text(note_model):
    title = unicodedata.normalize("NFD", "ếềểễệ" * 2)
    assert len(title) == 30
    note = note_model(title=title)
    note.full_clean()
    assert note.title == "ếềểễệ" * 2
    form = forms.modelform_factory(note_model, fields=["title"])({"title": title})
    assert form.is_valid()
    assert form.cleaned_data["title"] == "ếềểễệ" * 2


def test_nothing_but_invisible_text_is_empty(note_model):
    with pytest.raises(ValidationError) as refusal:
        note_model(title=" \u200b\n").full_clean()
    assert set(refusal.value.error_dict) == {"title"}
    form = forms.modelform_factory(note_model, fields=["title"])({"title": "\u200b"})
    assert set(form.errors) == {"title"}


def test_forms_get_the_fitting_fields(note_model):
    form = forms.modelform_factory(note_model, fields="__all__")()
    kinds = {name: type(field).__name__ for name, field in form.fields.items()}
    assert kinds == {
        "title": "NFCCharFormField",
        "kind": "TypedChoiceField",
        "summary": "NFCTextFormField",
        "email": "NFCEmailFormField",
        "body": "RichTextFormField",
    }


def test_an_address_is_checked_after_cleaning():
    field = fields.NFCEmailFormField()
    assert field.clean(" lan\u200b@example.com\n") == "lan@example.com"
    with pytest.raises(ValidationError):
        field.clean("lan example.com")


def test_the_admin_shows_its_own_widgets(note_model, rf):
    form = ModelAdmin(note_model, site).get_form(rf.get("/"))()
    assert isinstance(form.fields["title"].widget, AdminTextInputWidget)
    assert isinstance(form.fields["summary"].widget, AdminTextareaWidget)


@pytest.mark.parametrize("name", ["NFCCharField", "NFCTextField", "NFCEmailField"])
def test_migrations_name_a_stable_path(name):
    assert getattr(fields, name)().deconstruct()[1] == f"content.fields.{name}"


def test_nothing_that_is_taken_out_or_changed_is_printable():
    """What `clean_text` and `clean_line` leave as it is has none of it."""
    changed = (fields._UNWANTED, fields._LINE_BREAK)
    printable = "".join(filter(str.isprintable, map(chr, range(0x110000))))
    assert not any(pattern.search(printable) for pattern in changed)
    assert not {"\t", "\n"} & set(printable)
