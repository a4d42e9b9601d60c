"""The public pages of a vote change at once, and by themselves at their moments."""

import datetime as dt
from functools import partial

import pytest
from django.db import connection

from content.pagecache import versions
from contests import freshness
from contests.rules import consent_about
from members import consents
from tests.factories.contests import DAY, EntryFileFactory
from tests.factories.voting import NAME, PICTURE, BallotFactory, a_vote, a_work, agrees

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def touched():
    """Whether pages of contests are made anew once the act commits."""

    def ask(act) -> bool:
        connection.run_on_commit = []
        act()
        return any(
            isinstance(call, partial)
            and call.func is versions.announce
            and "contests" in call.args
            for _ids, call, _robust in connection.run_on_commit
        )

    return ask


def test_moments_are_the_window_and_each_hour_within_it(now):
    contest = a_vote(vote_opens_at=now + DAY)
    assert freshness.next_moment(now) == contest.vote_opens_at
    inside = contest.vote_opens_at + dt.timedelta(minutes=20)
    assert freshness.next_moment(inside) == contest.vote_opens_at + HOUR
    assert freshness.next_moment(contest.vote_closes_at) is None


def test_a_consent_given_or_withdrawn_shows_at_once(now, touched):
    contest = a_vote()
    person = a_work(contest, purposes=()).authors.get().person
    for purpose in (NAME, PICTURE):
        assert touched(lambda purpose=purpose: agrees(person, contest, purpose))
        assert touched(
            lambda purpose=purpose: consents.withdraw(
                person=person,
                purpose=purpose,
                about=consent_about(contest),
                now=now,
            )
        )


def test_a_work_its_file_and_its_author_show_while_people_vote(touched):
    contest = a_vote()
    work = a_work(contest)
    author = work.authors.get()
    assert touched(work.save)
    assert touched(lambda: EntryFileFactory(entry=work))
    assert touched(author.person.save)


def test_before_the_vote_and_by_a_ballot_nothing_is_made_anew(now, touched):
    later = a_work(a_vote(vote_opens_at=now + DAY))
    assert not touched(later.save)
    contest = a_vote()
    work = a_work(contest)
    assert not touched(lambda: BallotFactory(contest=contest, picks=[work]))
