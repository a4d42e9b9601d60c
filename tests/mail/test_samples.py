"""Every letter has a sample, and each says all that its template wants to say."""

import re

import pytest
from django.template import engines

from mail import kinds, samples
from mail.messages import message_for

pytestmark = pytest.mark.django_db
REGISTERED = [key for key, _ in kinds.registry.items() if not key.startswith("tests.")]
MISSING = "NOTHING-IS-KNOWN-OF"


@pytest.fixture(autouse=True)
def _shout(monkeypatch):
    """What a template wants and the sample does not have is seen in the letter."""
    engine = engines["django"].engine
    monkeypatch.setattr(engine, "string_if_invalid", f"{MISSING}-%s")


def test_every_kind_has_one():
    assert set(REGISTERED) == {key for key, _ in samples.registry.items()}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", REGISTERED)
def test_sample_is_a_whole_letter(kind, language):
    letter = samples.letter_of(kind, language)
    for words in (letter.subject, letter.text, letter.html):
        assert words
        assert MISSING not in words
        assert "None" not in words
        assert not re.search("[\ue000-\uf8ff]|{{|{%", words)
    assert f'lang="{language}"' in letter.html
    message = message_for(letter).message()
    assert (message["List-Unsubscribe"] is not None) == kinds.is_optional(kind)


@pytest.mark.parametrize("kind", REGISTERED)
def test_optional_letters_say_how_to_stop_them(kind):
    letter = samples.letter_of(kind, "vi")
    assert ("/thu-tin/ngung/" in letter.text) == kinds.is_optional(kind)
    assert ("/thu-tin/ngung/" in letter.html) == kinds.is_optional(kind)
