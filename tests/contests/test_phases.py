"""The timeline: what is on, what comes, how many days."""

import datetime as dt

import pytest

from contests.freshness import next_moment
from contests.phases import phases
from tests.factories.contests import DAY, ContestFactory, RoundFactory

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)


@pytest.fixture
def contest(now):
    contest = ContestFactory(results_at=now + 40 * DAY, appeal_days=5)
    RoundFactory(contest=contest, ends_at=now + 20 * DAY)
    return contest


def states(contest, at):
    return [one.state for one in phases(contest, contest.rounds.all(), now=at)]


def test_half_open_windows_one_after_the_other(contest):
    round_ = contest.rounds.get()
    moments = [
        (contest.opens_at - TICK, ["soon", "soon", "soon", "soon"]),
        (contest.opens_at, ["open", "soon", "soon", "soon"]),
        (contest.closes_at - TICK, ["open", "soon", "soon", "soon"]),
        (contest.closes_at, ["closed", "open", "soon", "soon"]),
        (round_.ends_at, ["closed", "closed", "soon", "soon"]),
        (contest.results_at, ["closed", "closed", "closed", "open"]),
        (contest.appeals_until, ["closed", "closed", "closed", "closed"]),
    ]
    for moment, expected in moments:
        assert states(contest, moment) == expected


def test_days_are_counted_in_viet_nam(contest, now):
    first = phases(contest, [], now=now)[0]
    assert first.days == 10
    last_day = contest.closes_at - dt.timedelta(minutes=1)
    assert phases(contest, [], now=last_day)[0].days == 0


def test_the_page_is_made_anew_at_each_of_them(contest, now):
    at, seen = now, []
    while at := next_moment(at):
        seen.append(at)
    round_ = contest.rounds.get()
    assert seen == sorted(
        {
            contest.closes_at,
            round_.ends_at,
            contest.results_at,
            contest.appeals_until,
        }
    )
