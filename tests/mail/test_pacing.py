import datetime as dt

import pytest
from django.core.cache import cache

from mail import pacing
from mail.delivery import deliver
from mail.models import Letter
from mail.pacing import Pace
from tests.factories.mail import LetterFactory

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _forget(settings):
    settings.MAIL_PER_DOMAIN = 120
    cache.clear()
    pacing._blocks.clear()
    pacing._free_from.clear()


def turns(count: int, now, **fields) -> list[dt.timedelta]:
    letters = LetterFactory.build_batch(count, **fields)
    return [Pace().turn_of(letter, now) - now for letter in letters]


def test_no_minute_has_more_than_the_share(now):
    """60 a minute for each of the two shares: ten letters every ten seconds."""
    found = turns(200, now)
    assert found[:10] == [dt.timedelta()] * 10
    assert found[10:20] == [10 * SECOND] * 10
    for start in range(0, 180, 10):
        window = [t for t in found if start * SECOND <= t < (start + 60) * SECOND]
        assert len(window) <= 60


def test_masses_and_single_letters_have_a_half_each(now):
    turns(500, now, bulk=True)
    assert turns(10, now) == [dt.timedelta()] * 10


def test_other_providers_are_not_touched(now):
    turns(500, now, address="a@gmail.com", address_key="a@gmail.com")
    assert turns(1, now) == [dt.timedelta()]


def test_without_a_figure_there_is_no_pace(now, settings):
    settings.MAIL_PER_DOMAIN = 0
    assert turns(500, now) == [dt.timedelta()] * 500


def test_a_slow_pace_has_one_letter_each_half_minute(now, settings):
    settings.MAIL_PER_DOMAIN = 4
    assert turns(3, now) == [dt.timedelta(), 30 * SECOND, 60 * SECOND]


def test_two_processes_share_the_pace(now):
    assert turns(10, now) == [dt.timedelta()] * 10
    pacing._blocks.clear()  # another process
    assert turns(1, now) == [10 * SECOND]


def test_without_valkey_each_process_keeps_the_pace_alone(now, monkeypatch):
    def away(work):
        raise pacing.Away(asked=False)

    monkeypatch.setattr(pacing._link, "ask", away)
    found = turns(30, now)
    assert found[::10] == [dt.timedelta(), 10 * SECOND, 20 * SECOND]


def test_put_back_once_and_sent_at_its_turn(post_office, now):
    LetterFactory.create_batch(25)
    other = LetterFactory(address="hoa@khac.example", bulk=True)
    assert deliver(now=now) == 11, "ten, and the one to another provider"
    assert post_office.addresses[other.address] == 1
    waiting = Letter.objects.filter(reason=Letter.Reason.PACED)
    assert waiting.count() == 15
    assert not waiting.exclude(attempts=0, state="queued").exists()
    assert deliver(now=now + 11 * SECOND) == 10
    assert deliver(now=now + 21 * SECOND) == 5
    assert set(post_office.addresses.values()) == {1}


def test_who_comes_long_after_the_turn_takes_a_new_one(post_office, now):
    LetterFactory.create_batch(40)
    assert deliver(now=now) == 10
    assert deliver(now=now + 10 * MINUTE) == 10
    assert deliver(now=now + 10 * MINUTE + 11 * SECOND) == 10


def test_codes_never_wait(post_office, now):
    LetterFactory.create_batch(30)
    LetterFactory.create_batch(30, secret=True)
    assert deliver(now=now, secret=True) == 30
