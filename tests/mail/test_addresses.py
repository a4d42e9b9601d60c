import pytest

from mail.addresses import fold


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
