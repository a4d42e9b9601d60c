import pytest

from content.odd_addresses import MIXED_SCRIPTS, QUOTED
from mail.addresses import fold, why_not


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
