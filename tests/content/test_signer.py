import pytest
from django.core import signing

from content.signer import Signer, sign, sign_object

VALUES = ["", "lan@example.com", "Nông Thị Ánh:", "a" * 5000]


@pytest.mark.parametrize("value", VALUES)
def test_it_signs_as_django_does(value):
    for salt in ("mail.unsubscribe", "training.cancel"):
        ours, djangos = Signer(salt=salt), signing.Signer(salt=salt)
        assert ours.sign(value) == djangos.sign(value) == sign(salt, value)
        told = djangos.sign_object([value])
        assert ours.sign_object([value]) == told == sign_object(salt, [value])
        assert djangos.unsign(ours.sign(value)) == value


def test_another_purpose_another_key_or_another_word_is_refused():
    signed = Signer(salt="one").sign("lan")
    for other in (Signer(salt="two"), Signer(salt="one", key="another")):
        with pytest.raises(signing.BadSignature):
            other.unsign(signed)
    with pytest.raises(signing.BadSignature):
        Signer(salt="one").unsign(signed.replace("lan", "hoa"))


def test_what_was_signed_with_the_key_before_still_counts(settings):
    signed = Signer(salt="one").sign("lan")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key, long enough for whoever checks it"
    assert Signer(salt="one").unsign(signed) == "lan"
    assert Signer(salt="one").sign("lan") == sign("one", "lan") != signed
