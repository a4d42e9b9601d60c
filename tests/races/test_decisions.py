"""Two organisers, or one impatient one: decisions of a contest, at the same moment."""

import datetime as dt
import time

import pytest
from django.db.models import QuerySet

from contests import decisions, emails
from contests.judging import scoring
from contests.locks import Busy, Refused
from contests.models import Award, Contest, Criterion, JudgeAssignment, RankingRun
from contests.ranking import rubric, runs
from contests.refusals import StaffRefusal
from mail import reminders
from mail.models import Letter
from tests.factories.contests import (
    ContestFactory,
    CriterionFactory,
    DivisionFactory,
    JudgeAssignmentFactory,
    PrizeFactory,
    RoundFactory,
    a_judge,
    scored,
    submitted,
)
from tests.races.test_seats import at_once, errors_in

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _private_root(tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def contest():
    contest = ContestFactory()
    round_ = RoundFactory(contest=contest, quorum=1)
    CriterionFactory(round=round_, weight=60)
    CriterionFactory(round=round_, weight=40)
    return contest


def test_released_by_two_people_it_comes_out_once_with_one_letter_each(contest):
    """Case 25: whoever pressed later, the moment stays the first."""
    for _number in range(3):
        submitted(contest)
    ends = contest.rounds.get().ends_at
    moments = [ends + dt.timedelta(seconds=number) for number in range(4)]

    def releasing(at):
        return lambda: decisions.release(contest_id=contest.pk, by=None, now=at)

    results = at_once([releasing(at) for at in moments])
    assert errors_in(results) == []
    assert Contest.objects.get().results_at in moments
    at_once([lambda: reminders.queue_due(moments[-1]) for _sweep in range(3)])
    assert Letter.objects.filter(kind=emails.RESULT).count() == 3


def giving_the_last_prize(contest):
    """Two works of one division, and one first prize."""
    PrizeFactory(contest=contest, title="Giải Nhất", number=1)
    division = DivisionFactory(contest=contest)
    works = [submitted(contest, division=division) for _ in range(2)]

    def giving(work):
        return lambda: decisions.award(
            entry_id=work.pk, title="Giải Nhất", by=None, now=contest.closes_at
        )

    return [giving(work) for work in works]


@pytest.fixture
def slow_count(monkeypatch):
    """Widen the gap between counting the prizes and writing one more."""
    write = Award.objects.update_or_create

    def slowly(*args, **kwargs):
        time.sleep(0.1)
        return write(*args, **kwargs)

    monkeypatch.setattr(Award.objects, "update_or_create", slowly, raising=False)


def test_the_last_prize_goes_to_one_of_two(contest, slow_count):
    results = at_once(giving_the_last_prize(contest))
    assert Award.objects.count() == 1
    [refused] = errors_in(results)
    assert isinstance(refused, Refused)
    assert refused.refusal is StaffRefusal.TIER_FULL


def test_without_the_lock_of_the_tier_both_get_it(contest, slow_count, monkeypatch):
    """The negative control: it is the lock that helps."""
    unlocked = QuerySet.all
    monkeypatch.setattr(
        QuerySet, "select_for_update", lambda rows, **kwargs: unlocked(rows)
    )
    at_once(giving_the_last_prize(contest))
    assert Award.objects.count() == 2


def test_the_ranking_fixed_twice_at_once_is_one_run(contest, now):
    round_ = contest.rounds.get()
    scored(JudgeAssignmentFactory(round=round_, entry=submitted(contest)), 7, 8)
    fix = [lambda: runs.fix(round_id=round_.pk, by=None, now=now) for _ in range(4)]
    assert errors_in(at_once(fix)) == []
    assert RankingRun.objects.count() == 1


def test_weights_changed_while_judges_score(contest):
    """Case 24: every score belongs to a version that was written down."""
    round_ = contest.rounds.get()
    entry = submitted(contest)
    scored(JudgeAssignmentFactory(round=round_, entry=entry), 5, 5)
    rows = [
        JudgeAssignmentFactory(round=round_, entry=entry, judge=a_judge())
        for _ in range(4)
    ]
    criteria = list(Criterion.objects.filter(round=round_))

    def scoring_(row):
        return lambda: scoring.score(
            assignment_id=row.pk,
            values=dict.fromkeys([one.pk for one in criteria], 6),
            comment="",
            by=row.judge,
            now=round_.starts_at,
        )

    def change():
        return rubric.change_weights(
            round_id=round_.pk,
            weights={criteria[0].pk: 40, criteria[1].pk: 60},
            reason="Thể lệ sửa",
            by=None,
            now=round_.starts_at,
        )

    results = at_once([*(scoring_(row) for row in rows), change])
    assert [one for one in errors_in(results) if not isinstance(one, Busy)] == []
    given = JudgeAssignment.objects.filter(scored_at__isnull=False).count()
    assert given == 5
    round_.refresh_from_db()
    assert list(round_.rubrics.values_list("version", flat=True)) == [1, 2]
    assert all(map(runs.comes_out_the_same, RankingRun.objects.all()))
