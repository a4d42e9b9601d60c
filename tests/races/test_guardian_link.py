"""Two hands on one guardian's link at once."""

import datetime as dt
import time

import pytest

from mail.models import Letter
from members import consents, guardian_letters, guardians
from members.models import Consent, GuardianRequest, Person
from tests.factories.members import PersonFactory
from tests.members.test_guardians import ABOUT, ask, give, last_token, withdraw_token
from tests.races.test_unit_tree import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def child():
    return PersonFactory(birth_date=dt.date(2013, 9, 5))


@pytest.fixture
def slow_question(monkeypatch):
    """Widen the gap between the question and the write, where races happen."""
    is_open, too_often = GuardianRequest.is_open, guardians._too_often

    def slowly(question):
        def answer(*args):
            found = question(*args)
            time.sleep(0.2)
            return found

        return answer

    monkeypatch.setattr(GuardianRequest, "is_open", slowly(is_open))
    monkeypatch.setattr(guardians, "_too_often", slowly(too_often))


@pytest.fixture
def no_lock(monkeypatch):
    monkeypatch.setattr(guardians, "lock_child", lambda pk: Person.objects.get(pk=pk))


def both_answers(child):
    ask(child, NOW)
    token = last_token()
    return at_once(
        lambda: give(NOW, token), lambda: guardians.decline(token=token, now=NOW)
    )


def test_of_a_yes_and_a_no_one_counts(child, slow_question):
    outcomes = both_answers(child)
    assert [type(error) for error in outcomes if error] == [guardians.Unusable]
    agreed = GuardianRequest.objects.get().answer == GuardianRequest.Answer.GIVEN
    assert consents.given(child, Consent.Purpose.CONTEST, ABOUT) is agreed


def test_without_the_lock_both_count(child, slow_question, no_lock):
    """The negative control: it is the lock that helps."""
    assert both_answers(child) == [None, None]


def test_a_double_click_agrees_once_and_the_link_for_withdrawing_works(
    child, slow_question
):
    ask(child, NOW)
    token = last_token()
    assert at_once(*[lambda: give(NOW, token)] * 3) == [None] * 3
    assert Consent.objects.count() == 1
    assert Letter.objects.filter(kind=guardian_letters.THANK).count() == 1
    assert guardians.find_answered(withdraw_token()).child == child


def test_asking_twice_at_once_sends_one_letter(child, slow_question):
    assert at_once(*[lambda: ask(child, NOW)] * 3) == [None] * 3
    assert Letter.objects.filter(kind=guardian_letters.ASK).count() == 1


def test_without_the_lock_it_sends_several(child, slow_question, no_lock):
    at_once(*[lambda: ask(child, NOW)] * 3)
    assert Letter.objects.filter(kind=guardian_letters.ASK).count() > 1
