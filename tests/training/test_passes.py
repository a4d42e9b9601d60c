"""What is shown at the desk: signed, readable, and good for nothing else."""

import uuid

import pytest
from django.conf import settings
from django.urls import reverse

from training import links, passes


def test_a_token_comes_back_as_the_code_it_was_made_of():
    code = uuid.uuid4()

    assert passes.code_of(passes.token(code)) == code


@pytest.mark.parametrize(
    "token",
    ["", ":", "a:b", "A" * 22 + ":" + "b" * 43, "ế" * 30, "\x00", "a" * 5000],
)
def test_nothing_else_does(token):
    assert passes.code_of(token) is None


def test_a_changed_token_does_not():
    token = passes.token(uuid.uuid4())
    other = ("B" if token[0] != "B" else "C") + token[1:]

    assert passes.code_of(other) is None


def test_links_for_other_purposes_are_not_exchanged():
    code = uuid.uuid4()

    assert passes.code_of(links.cancel_token(code)) is None
    assert links.code_of(passes.token(code)) is None


def test_a_token_is_short_enough_for_a_code_that_phones_read():
    assert len(passes.token(uuid.uuid4())) <= 70


def test_typed_codes_have_six_letters_that_are_not_taken_for_others():
    codes = {passes.typed_code(uuid.uuid4()) for _ in range(500)}

    assert len(codes) == 500
    assert {len(code) for code in codes} == {6}
    assert not set("".join(codes)) & set("01258BILOSUVZ")


def test_they_are_read_with_spaces_and_in_small_letters():
    code = uuid.uuid4()

    assert passes.is_code(f" {passes.spaced(code).lower()} ")
    assert not passes.is_code("Lan")
    assert not passes.is_code("000000")


def test_the_address_is_the_one_that_the_page_has():
    code = uuid.uuid4()
    path = reverse("training:pass", args=[passes.token(code)])

    assert passes.pass_url(code) == settings.SITE_URL + path
