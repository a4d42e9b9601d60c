import pytest
from django.core import signing

from mail.models import Letter, Preference
from mail.preferences import (
    read_token,
    set_wish,
    unsubscribe_url,
    wants,
    why_not_write_to,
)
from tests.factories.mail import PreferenceFactory, SuppressionFactory

pytestmark = pytest.mark.django_db

LAN = "lan@example.com"


@pytest.mark.parametrize(
    ("suppressed", "unwanted", "kind", "reason"),
    [
        (False, False, "tests.optional", None),
        (False, True, "tests.optional", Letter.Reason.UNWANTED),
        (False, True, "tests.plain", None),
        (True, False, "tests.plain", Letter.Reason.BLOCKED),
        (True, True, "tests.optional", Letter.Reason.BLOCKED),
        (False, True, "tests.unknown", None),
    ],
)
def test_why_not_write_to(suppressed, unwanted, kind, reason):
    if suppressed:
        SuppressionFactory(address_key=LAN)
    if unwanted:
        PreferenceFactory(address_key=LAN, kind=kind)
    assert why_not_write_to(LAN, kind) == reason


def test_last_wish_counts(now):
    for wanted in (False, True, False):
        set_wish(address_key=LAN, kind="tests.optional", wanted=wanted, now=now)
        assert wants(LAN, "tests.optional") is wanted
    assert Preference.objects.count() == 1


def test_wish_is_for_one_kind(now):
    set_wish(address_key=LAN, kind="tests.optional", wanted=False, now=now)
    assert wants(LAN, "tests.other")


def test_link_is_absolute_and_carries_whom_and_what(settings):
    settings.SITE_URL = "https://cds.example.com"
    url = unsubscribe_url("Lan+x@Example.com", "tests.optional")
    assert url.startswith("https://cds.example.com/thu-tin/ngung/")
    assert read_token(url.rstrip("/").rsplit("/", 1)[1]) == (LAN, "tests.optional")


def test_link_signed_for_another_purpose_is_refused():
    token = signing.Signer(salt="other").sign_object([LAN, "tests.optional"])
    with pytest.raises(signing.BadSignature):
        read_token(token)
