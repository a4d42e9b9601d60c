import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import get_resolver

from content.fields import NFCEmailField, NFCEmailFormField
from content.odd_addresses import MIXED_SCRIPTS


@pytest.mark.parametrize(
    ("address", "errors"),
    [
        (" lan@example.com ", 0),
        ("", 1),
        ("lan nguyen@example.com", 1),
        ("lan@example.com\nBcc: all@example.com", 1),
        ('"lan"@example.com', 1),
        ("lan@ex\u0430mple.com", 1),
    ],
)
def test_a_field_says_so_once_beside_itself(address, errors):
    class Form(forms.Form):
        address = NFCEmailFormField()

    assert len(Form({"address": address}).errors.get("address", [])) == errors


# --- Every door ----------------------------------------------------------------


def asking_forms() -> list[type[forms.BaseForm]]:
    """Our forms with a field for an address that is not a model's."""
    get_resolver().url_patterns  # noqa: B018  # so that every page and form is there
    found, waiting = [], [forms.Form]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            ours = not one.__module__.startswith(("django.", "allauth.", "tests."))
            if ours and "email" in one.base_fields:
                found.append(one)
    return found


def test_no_form_of_ours_takes_an_address_that_no_letter_reaches():
    doors = asking_forms()
    assert len(doors) > 5
    for form in doors:
        field = form.base_fields["email"]
        # Sign-in pages ask allauth's adapter, which asks the same (test_accounts).
        if not form.__module__.startswith("members.account_forms"):
            assert isinstance(field, NFCEmailFormField), form


def test_no_table_of_ours_takes_one_from_the_admin_either():
    columns = [
        field
        for model in apps.get_models()
        if not model.__module__.startswith(("django.", "allauth."))
        for field in model._meta.fields
        if isinstance(field, models.EmailField)
    ]
    assert len(columns) > 5
    for column in columns:
        assert isinstance(column, NFCEmailField), column


def test_a_column_refuses_look_alikes():
    with pytest.raises(ValidationError) as refused:
        NFCEmailField().clean("lan@ex\u0430mple.com", None)
    assert refused.value.messages == [str(MIXED_SCRIPTS)]
