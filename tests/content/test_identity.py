"""Who runs the site: one row, what holds before it, how often it is asked for."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from content import identity
from content.models import SiteIdentity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asks_anew(settings):
    settings.SITE_IDENTITY_SECONDS = 1
    identity.forget()


def save(**fields) -> SiteIdentity:
    row = identity.stored()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


def test_before_anybody_saved_it_the_environment_says_it(settings):
    settings.SITE_AT_FIRST = settings.SITE_AT_FIRST | {"owner": "Tỉnh đoàn Thử"}
    assert identity.current().owner == "Tỉnh đoàn Thử"
    assert not SiteIdentity.objects.exists()


def test_what_was_saved_counts_whatever_the_environment_says(settings):
    save(owner="Tỉnh đoàn Mới", contact_phone="")
    settings.SITE_AT_FIRST = settings.SITE_AT_FIRST | {
        "owner": "Tỉnh đoàn Cũ",
        "contact_phone": "0209 3870 000",
    }
    assert identity.current().owner == "Tỉnh đoàn Mới"
    assert identity.current().contact_phone == ""


def test_a_thousand_letters_ask_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        for _each in range(1000):
            identity.current()


def test_a_change_is_seen_when_the_second_is_over(settings):
    settings.SITE_IDENTITY_SECONDS = 0.2
    old = identity.current().name
    save(name="Tên mới")
    assert identity.current().name == old
    time.sleep(0.21)
    assert identity.current().name == "Tên mới"


def test_there_is_only_one():
    save()
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteIdentity.objects.create(id=2, name="A", owner="B", contact_email="a@b.vn")


def test_it_needs_a_name_an_owner_and_an_address_for_answers():
    with pytest.raises(ValidationError) as caught:
        SiteIdentity().full_clean()
    assert set(caught.value.message_dict) == {"name", "owner", "contact_email"}


def test_equal_identities_are_one_key():
    identity.keep(identity.at_first())
    one = identity.current()
    identity.keep(identity.at_first())
    assert one is not identity.current()
    assert {one: "x"}[identity.current()] == "x"
