"""Many hands on one ballot, on real connections."""

import time

import pytest
from django.db import IntegrityError

from contests.models import Ballot, Contest, Pick
from contests.voting import actions, rules, voters
from tests.factories.contests import DAY
from tests.factories.members import UserFactory
from tests.factories.voting import a_vote, a_work
from tests.races.test_seats import at_once, errors_in

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CLICKS = 20


@pytest.fixture(autouse=True)
def _slow_question(monkeypatch):
    """Widen the gap between the question and the write, where races happen."""
    ask = rules.why_not_pick

    def slowly(*args):
        found = ask(*args)
        time.sleep(0.03)
        return found

    monkeypatch.setattr(rules, "why_not_pick", slowly)


def voting(contest, user, works, number, now):
    """Each click another network and another work: the account alone is the same."""
    voter = voters.signed_in(contest, user, network=f"net-{number}")
    picks = [works[number % len(works)].pk]
    return lambda: actions.cast(
        contest_id=contest.pk, voter=voter, picks=picks, now=now
    )


def test_twenty_votes_of_one_account_at_once_are_one(now):
    contest, user = a_vote(now), UserFactory()
    works = [a_work(contest) for _number in range(2)]
    results = at_once(
        [voting(contest, user, works, number, now) for number in range(CLICKS)]
    )
    assert errors_in(results) == []
    assert Ballot.objects.count() == 1
    assert Pick.objects.count() == 1


def test_without_the_lock_people_meet_errors(now, monkeypatch):
    """The negative control: then only the unique keys keep the vote a single one, and
    whoever comes second is turned away by the database.
    """
    lock = actions.lock_ballots

    def without_a_lock(contest, voter, *, now, make):
        rows = actions._ballots(contest, voter).order_by("pk")
        return list(rows) or lock(contest, voter, now=now, make=make)

    monkeypatch.setattr(actions, "lock_ballots", without_a_lock)
    contest, user = a_vote(now), UserFactory()
    works = [a_work(contest) for _number in range(2)]
    voting(contest, user, works, 0, now)()
    results = at_once(
        [voting(contest, user, works, number, now) for number in range(CLICKS)]
    )
    assert IntegrityError in {type(one) for one in errors_in(results)}
    assert Pick.objects.count() == 1


def test_one_mailbox_by_account_and_by_letter_is_one(now):
    contest, user = a_vote(now), UserFactory(email="lan@example.com")
    work = a_work(contest)
    key = voters.key(contest, "lan@example.com")
    letter = voters.Voter(Ballot.Way.MAIL, (key,), user)

    def by_letter():
        return actions.cast(
            contest_id=contest.pk, voter=letter, picks=[work.pk], now=now
        )

    clicks = [voting(contest, user, [work], number, now) for number in range(4)]
    results = at_once([*clicks, *([by_letter] * 4)])
    assert errors_in(results) == []
    assert Ballot.objects.count() == 1
    assert Pick.objects.count() == 1


def test_the_window_does_not_move_while_somebody_votes(now, monkeypatch):
    """Whoever moves the end waits for the vote that was inside it."""
    contest, user = a_vote(now), UserFactory()
    work = a_work(contest)
    done = []
    write = actions._write

    def slowly(*args, **kwargs):
        time.sleep(0.4)
        write(*args, **kwargs)
        done.append("voted")

    monkeypatch.setattr(actions, "_write", slowly)

    def close():
        time.sleep(0.15)
        Contest.objects.update(vote_closes_at=now - DAY / 2)
        done.append("closed")

    results = at_once([voting(contest, user, [work], 0, now), close])
    assert errors_in(results) == []
    assert done == ["voted", "closed"]
