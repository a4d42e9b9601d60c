"""What a contest needs before the public sees it."""

import datetime as dt

import pytest

from contests import publishing
from contests.locks import Refused
from contests.models import Contest
from contests.refusals import StaffRefusal
from tests.factories.contests import (
    ContestFactory,
    CriterionFactory,
    DivisionFactory,
    RoundFactory,
)

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def refusal_of(act, **kwargs):
    with pytest.raises(Refused) as caught:
        act(**kwargs)
    return caught.value.refusal


class TestWhyNotPublish:
    @pytest.fixture
    def contest(self):
        contest = ContestFactory(state=Contest.State.DRAFT)
        DivisionFactory(contest=contest)
        return contest

    def test_it_needs_divisions_rounds_and_weights_of_100(self, contest, now):
        def ask():
            return publishing.why_not_publish(contest, now=now)

        assert ask() is StaffRefusal.NO_ROUND
        round_ = RoundFactory(contest=contest)
        assert ask() is StaffRefusal.WEIGHTS
        criterion = CriterionFactory(round=round_, weight=99)
        assert ask() is StaffRefusal.WEIGHTS
        CriterionFactory(round=round_, weight=1)
        assert ask() is None
        criterion.weight = 100
        criterion.save()
        assert ask() is StaffRefusal.WEIGHTS
        contest.divisions.all().delete()
        assert ask() is StaffRefusal.NO_DIVISION

    def test_judging_begins_after_the_deadline(self, contest, now):
        early = contest.closes_at - SECOND
        round_ = RoundFactory(contest=contest, starts_at=early)
        CriterionFactory(round=round_)
        refusal = publishing.why_not_publish(contest, now=now)
        assert refusal is StaffRefusal.ROUND_EARLY

    def test_not_after_the_deadline(self, contest):
        refusal = publishing.why_not_publish(contest, now=contest.closes_at)
        assert refusal is StaffRefusal.OVER


class TestPublish:
    def test_publishing_once(self, now):
        contest = ContestFactory(state=Contest.State.DRAFT)
        act = {"contest_id": contest.pk, "by": None, "now": now}
        assert refusal_of(publishing.publish, **act) is StaffRefusal.NO_DIVISION
        DivisionFactory(contest=contest)
        CriterionFactory(round=RoundFactory(contest=contest))
        for _time in range(2):
            assert publishing.publish(**act).state == Contest.State.PUBLISHED
