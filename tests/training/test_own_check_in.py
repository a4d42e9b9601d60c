"""The code on the host's screen, and those who guess it."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.factories.members import UserFactory
from tests.factories.training import RegistrationFactory, SessionFactory, SlotFactory
from training import own_check_in
from training.locks import Refused
from training.own_check_in import STEP, CodeRefusal, check_in, code_at

pytestmark = pytest.mark.django_db

TICK = dt.timedelta(microseconds=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def slot():
    return SlotFactory(session=SessionFactory(online=True))


@pytest.fixture
def mine(slot):
    return RegistrationFactory(session=slot.session)


def try_code(registration, typed, now):
    return check_in(registration=registration, typed=typed, by=UserFactory(), now=now)


def refusal(registration, typed, now):
    with pytest.raises(Refused) as caught:
        try_code(registration, typed, now)
    return caught.value.refusal


def test_the_code_of_these_minutes_marks(slot, mine):
    now = slot.starts_at + MINUTE
    code = code_at(slot, now)

    try_code(mine, f" {code[:3]} {code[3:]} ", now)

    row = mine.attendances.get()
    assert (row.slot, row.mark.method) == (slot, "self")


def test_the_code_before_works_three_minutes_longer_and_no_more(slot, mine):
    now = slot.starts_at + MINUTE
    code, ends = code_at(slot, now), own_check_in.next_code_at(now)

    assert code_at(slot, ends - TICK) == code
    assert code_at(slot, ends) != code
    assert refusal(mine, code, ends + STEP) is CodeRefusal.WRONG
    assert try_code(mine, code, ends + STEP - TICK).attendance


def test_the_code_of_another_half_day_does_not(slot, mine):
    now = slot.starts_at + MINUTE
    other = SlotFactory(session=SessionFactory(online=True))

    assert refusal(mine, code_at(other, now), now) is CodeRefusal.WRONG


def test_it_works_once_a_half_day(slot, mine):
    now = slot.starts_at
    for _ in range(2):
        try_code(mine, code_at(slot, now), now)

    assert mine.attendances.count() == 1


@pytest.mark.parametrize("typed", ["", "000000x", "١٢٣٤٥٦", "9" * 20])
def test_nonsense_is_wrong(slot, mine, typed):
    assert refusal(mine, typed, slot.starts_at) is CodeRefusal.WRONG


def test_five_wrong_codes_stop_even_the_right_one(slot, mine, caplog):
    now = slot.starts_at
    answers = [refusal(mine, "x", now) for _ in range(5)]
    assert caplog.text.count("wrong code for half-day") == 5

    assert answers == [CodeRefusal.WRONG] * 4 + [CodeRefusal.SPENT]
    assert refusal(mine, code_at(slot, now), now) is CodeRefusal.SPENT
    assert not mine.attendances.exists()


def test_five_wrong_codes_of_one_stop_nobody_else(slot, mine):
    now = slot.starts_at
    for _ in range(5):
        refusal(mine, "x", now)
    other = RegistrationFactory(session=slot.session)

    assert try_code(other, code_at(slot, now), now).attendance


def test_only_while_the_half_day_runs(slot, mine):
    for now in (slot.starts_at - TICK, slot.ends_at):
        typed = code_at(slot, now)
        assert refusal(mine, typed, now) is CodeRefusal.NO_HALF_DAY


def test_not_where_there_is_a_desk(slot):
    mine = RegistrationFactory()

    assert refusal(mine, "1", mine.session.starts_at) is CodeRefusal.ON_SITE


class TestThePage:
    """What the participant sees and sends."""

    def url(self, name, slot):
        return reverse(f"training:{name}", args=[slot.session.slug])

    def test_the_right_code_is_answered_on_the_page_of_the_sign_up(
        self, client, slot, mine
    ):
        client.force_login(UserFactory(person=mine.person))
        client.cookies["django_language"] = "en"
        now = slot.starts_at + MINUTE
        with time_machine.travel(now, tick=False):
            page = client.get(self.url("register", slot))
            assert "Code on the screen of the meeting" in page.text

            typed = {"code": code_at(slot, now)}
            page = client.post(self.url("check_in", slot), typed, follow=True)

        assert "You are marked as here for this half-day." in page.text
        assert mine.attendances.count() == 1

    def test_whoever_is_not_signed_up_is_led_there(self, client, slot):
        client.force_login(UserFactory())

        answer = client.post(self.url("check_in", slot), {"code": "1"})

        assert answer.url == self.url("register", slot)

    def test_a_visitor_signs_in_and_comes_to_the_page(self, client, slot):
        answer = client.post(self.url("check_in", slot), {"code": "1"})

        assert "dang-ky" in answer.url
