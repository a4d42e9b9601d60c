"""Last year's contest once more: everything moves along, nothing of people."""

import datetime as dt

import pytest
from django.urls import reverse

from contests import repeating
from contests.models import Contact, Contest, Entry
from tests.factories.contests import (
    DAY,
    ContestFactory,
    CriterionFactory,
    DivisionFactory,
    JudgeAssignmentFactory,
    PrizeFactory,
    RoundFactory,
    an_organiser,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(now):
    contest = ContestFactory(results_at=now + 40 * DAY, shortlist_at=now + 30 * DAY)
    division = DivisionFactory(contest=contest, age_on=dt.date(2028, 2, 29))
    PrizeFactory(contest=contest)
    contest.fields.create(name="Phần mềm")
    Contact.objects.create(contest=contest, name="Chị Hạnh", email="h@example.com")
    round_ = RoundFactory(contest=contest, rubric=3, apart_over=20)
    CriterionFactory(round=round_, name="Tính mới")
    CriterionFactory(round=round_, name="Bỏ rồi", weight=0)
    JudgeAssignmentFactory(round=round_, entry=submitted(contest, division=division))
    return contest


def copy(old, now, opens_at):
    return repeating.copy_contest(
        contest_id=old.pk, opens_at=opens_at, by=None, now=now
    )


def test_everything_moves_by_as_much_as_the_opening(old, now):
    opens = old.opens_at.replace(year=old.opens_at.year + 1)
    new = copy(old, now, opens)
    shift = opens - old.opens_at
    assert (new.state, new.slug != old.slug) == (Contest.State.DRAFT, True)
    assert (new.opens_at, new.closes_at) == (opens, old.closes_at + shift)
    assert (new.results_at, new.shortlist_at) == (None, None)
    round_, before = new.rounds.get(), old.rounds.get()
    assert round_.starts_at == before.starts_at + shift
    assert (round_.rubric, round_.apart_over) == (1, 20)
    assert [one.name for one in round_.criteria.all()] == ["Tính mới"]
    assert new.divisions.get().age_on == dt.date(2029, 2, 28)
    assert new.prizes.get().title == "Giải Nhất"
    assert new.fields.get().name == "Phần mềm"


def test_nothing_of_people_comes_along(old, now):
    new = copy(old, now, old.opens_at + 365 * DAY)
    assert not Entry.objects.filter(contest=new).exists()
    assert not new.contacts.exists()
    assert not new.rounds.get().assignments.exists()


def test_the_usual_start_is_the_same_day_of_a_year_still_ahead(old, now):
    start = repeating.usual_start(old, now=now)
    assert start > now
    assert (start.month, start.day) == (old.opens_at.month, old.opens_at.day)


def test_by_one_press_in_the_admin(client, old):
    client.force_login(an_organiser(old))
    url = reverse("admin:contests_contest_copy", args=[old.pk])
    assert client.get(url).status_code == 200
    data = {"opens_at_0": "01/03/2028", "opens_at_1": "08:00"}
    response = client.post(url, data)
    new = Contest.objects.exclude(pk=old.pk).get()
    assert response["Location"] == reverse(
        "admin:contests_contest_change", args=[new.pk]
    )


def test_the_vote_moves_along_and_its_ballots_stay_behind(now):
    from tests.factories.voting import BallotFactory, a_vote

    old = a_vote(vote_weight=20, vote_picks=3)
    BallotFactory(contest=old)
    opens = old.opens_at + 364 * DAY
    new = copy(old, now, opens)
    assert new.vote_opens_at == old.vote_opens_at + 364 * DAY
    assert new.vote_closes_at == old.vote_closes_at + 364 * DAY
    assert (new.vote_weight, new.vote_picks) == (20, 3)
    assert not new.ballots.exists()
