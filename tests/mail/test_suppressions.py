import datetime as dt

import pytest

from mail import suppressions
from mail.models import Letter, Suppression
from tests.factories.mail import LetterFactory, SuppressionFactory

pytestmark = pytest.mark.django_db

LAN = "lan@example.com"
HOUR = dt.timedelta(hours=1)


def bounced(now, **fields):
    return LetterFactory(
        address=LAN,
        failed=True,
        reason=Letter.Reason.BOUNCED,
        **{"claimed_at": now, **fields},
    )


def look(now) -> bool:
    return suppressions.look_at(address_key=LAN, words="550 5.1.1", now=now)


def test_three_different_letters_that_came_back_end_it(now):
    for number in range(3):
        assert not look(now), number
        bounced(now)
    assert look(now)
    row = Suppression.objects.get()
    assert (row.address_key, row.detail) == (LAN, "550 5.1.1")


@pytest.mark.parametrize(
    "third",
    [
        {"reason": Letter.Reason.REFUSED},
        {"reason": Letter.Reason.RETURNED},
        {"address": "hoa@example.com"},
        {"claimed_at": dt.datetime(2026, 8, 1, tzinfo=dt.UTC)},
    ],
    ids=["policy", "soft", "somebody else's", "long ago"],
)
def test_what_does_not_count(now, third):
    bounced(now), bounced(now)
    fields = {"address": LAN, "claimed_at": now, "reason": Letter.Reason.BOUNCED}
    LetterFactory(failed=True, **{**fields, **third})
    assert not look(now)


def test_a_letter_that_arrived_between_starts_anew(now):
    bounced(now - 3 * HOUR), bounced(now - 3 * HOUR)
    LetterFactory(address=LAN, sent=True, sent_at=now - 2 * HOUR)
    bounced(now)
    assert not look(now)
    bounced(now), bounced(now)
    assert look(now)


def test_what_failed_before_it_was_lifted_no_longer_counts(now):
    for _ in range(3):
        bounced(now)
    assert look(now)
    assert suppressions.lift(
        suppression_id=Suppression.objects.get().pk, now=now + HOUR
    )
    bounced(now + 2 * HOUR)
    assert not look(now + 2 * HOUR)
    bounced(now + 2 * HOUR), bounced(now + 2 * HOUR)
    assert look(now + 3 * HOUR)
    row = Suppression.objects.get()
    assert (row.lifted_at, row.created_at) == (None, now + 3 * HOUR)


def test_lifting_twice_is_lifting_once(now):
    row = SuppressionFactory()
    assert suppressions.lift(suppression_id=row.pk, now=now)
    assert not suppressions.lift(suppression_id=row.pk, now=now)


def test_owner_may_try_again_where_letters_came_back(now):
    SuppressionFactory(address_key=LAN)
    SuppressionFactory(address_key="hoa@example.com")
    assert suppressions.try_again(addresses=["Lan+x@Example.com", ""], now=now) == 1
    assert Suppression.objects.in_force().get().address_key == "hoa@example.com"


@pytest.mark.parametrize("reason", ["asked", "complained"])
def test_but_not_where_the_reader_asked_for_no_letters(now, reason):
    SuppressionFactory(address_key=LAN, reason=reason)
    assert not suppressions.try_again(addresses=[LAN], now=now)
    assert Suppression.objects.in_force().exists()


def test_a_complaint_weighs_more_than_letters_that_came_back(now):
    SuppressionFactory(address_key=LAN)
    suppressions.suppress(
        address_key=LAN, reason=Suppression.Reason.COMPLAINED, detail="x", now=now
    )
    assert not suppressions.try_again(addresses=[LAN], now=now)


def test_the_first_reason_stays(now):
    SuppressionFactory(address_key=LAN, reason="asked")
    suppressions.suppress(
        address_key=LAN, reason=Suppression.Reason.BOUNCED, detail="x", now=now
    )
    assert Suppression.objects.get().reason == "asked"
