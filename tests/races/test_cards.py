"""Two phones on one card at once."""

import datetime as dt
import time

import pytest

from members import actions, cards, rules
from members.models import Role, SignInCard, User
from members.rules import Refused
from tests.factories.members import AssignmentFactory, PersonFactory
from tests.races.test_unit_tree import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def secretary():
    return AssignmentFactory(role=Role.UNIT_SECRETARY).user


@pytest.fixture
def youth(secretary):
    return PersonFactory(unit=secretary.assignments.get().unit)


@pytest.fixture
def slow_question(monkeypatch):
    """Widen the gap between the question and the write, where races happen."""
    ask = rules.why_not_enter

    def slowly(*args, **kwargs):
        found = ask(*args, **kwargs)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(rules, "why_not_enter", slowly)


@pytest.fixture
def no_lock(monkeypatch):
    monkeypatch.setattr(actions, "_lock_card", SignInCard.objects.with_code)


def two_phones(youth, secretary):
    issued = actions.issue_card(person=youth, by=secretary, now=NOW)
    code = cards.read(issued.code)

    def use(browser):
        return lambda: actions.enter_with_card(code=code, browser=browser, now=NOW)

    return at_once(use("one"), use("two"))


def test_of_two_phones_one_enters(youth, secretary, slow_question):
    outcomes = two_phones(youth, secretary)
    assert sorted(str(type(error)) for error in outcomes) == sorted(
        [str(type(None)), str(Refused)]
    )
    assert User.objects.filter(person=youth).count() == 1


def test_without_the_lock_nobody_is_refused(youth, secretary, slow_question, no_lock):
    """The negative control; only the one account a person has stops the second."""
    assert not any(isinstance(e, Refused) for e in two_phones(youth, secretary))


def test_two_clicks_print_one_card_that_works(youth, secretary):
    codes = []

    def issue():
        issued = actions.issue_card(person=youth, by=secretary, now=NOW, since=NOW)
        codes.append(issued.code)

    outcomes = at_once(issue, issue)
    assert [type(error) for error in outcomes if error] == [Refused]
    assert (
        actions.enter_with_card(
            code=cards.read(codes[0]), browser="one", now=NOW
        ).person_id
        == youth.pk
    )
