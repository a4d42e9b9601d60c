import pytest
from django import forms
from django.urls import get_resolver

from mail.addresses import MIXED_SCRIPTS, QUOTED, fold, why_not
from mail.fields import AddressField


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("lan@example.com", "lan@example.com"),
        ("Lan.Nguyen@Example.COM", "lan.nguyen@example.com"),
        (" lan@example.com ", "lan@example.com"),
        ("lan+tap.huan@example.com", "lan@example.com"),
        ("lan+a+b@example.com", "lan@example.com"),
        ("+lan@example.com", "+lan@example.com"),
        ("lan@example.com.", "lan@example.com"),
        ("hue\u0323\u0302@example.com", "huệ@example.com"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_spellings_of_one_address_have_one_key(address, key):
    assert fold(address) == key
    assert fold(key) == key


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("lan@example.com", ""),
        ("lan@vi\u1ec7t.vn", ""),
        ("lan@xn--vit-5kz.vn", ""),
        ("lan@\u043f\u043e\u0447\u0442\u0430.\u0440\u0444", ""),
        ("lan@\u4f8b.jp", ""),
        ('"lan"@example.com', QUOTED),
        # One letter of another alphabet, a whole word of it, the same in ASCII.
        ("lan@ex\u0430mple.com", MIXED_SCRIPTS),
        ("lan@\u0430\u0440\u0440\u04cf\u0435.com", MIXED_SCRIPTS),
        ("lan@xn--80ak6aa92e.com", MIXED_SCRIPTS),
        ("lan@xn--\u0111.com", MIXED_SCRIPTS),
    ],
)
def test_look_alikes_and_quotes_are_no_address_of_ours(address, why):
    assert str(why_not(address)) == str(why)


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
        address = AddressField()

    assert len(Form({"address": address}).errors.get("address", [])) == errors


# --- Every door ----------------------------------------------------------------


def asking_forms() -> list[type[forms.BaseForm]]:
    """Our forms with a field for an address; those of models clean by the model."""
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
            assert isinstance(field, AddressField), form
