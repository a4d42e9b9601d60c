"""Works without a prize go a year after the results, with their files."""

import datetime as dt

import pytest

from contests import keeping
from contests.models import Entry, Score
from tests.factories.contests import (
    AwardFactory,
    ContestFactory,
    CriterionFactory,
    JudgeAssignmentFactory,
    State,
    scored,
    submitted,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_a_work_without_a_prize_goes_and_its_scores_stay(
    now, stored, django_capture_on_commit_callbacks
):
    told = now + 60 * DAY
    contest = ContestFactory(results_at=told)
    later = told + 367 * DAY
    plain, judged = submitted(contest), submitted(contest)
    placed = submitted(contest, state=State.AWARDED)
    AwardFactory(entry=placed)
    assignment = JudgeAssignmentFactory(entry=judged, round__contest=contest)
    CriterionFactory(round=assignment.round)
    scored(assignment, 8)
    young = submitted(ContestFactory(results_at=told + 60 * DAY))
    with django_capture_on_commit_callbacks(execute=True):
        assert keeping.forget_unplaced(told + 365 * DAY) == 0
        assert keeping.forget_unplaced(later) == 2
    assert keeping.forget_unplaced(later) == 0
    assert not Entry.objects.filter(pk=plain.pk).exists()
    judged.refresh_from_db()
    assert (judged.title, judged.owner, judged.authors.count()) == ("—", None, 0)
    assert Score.objects.count() == 1
    assert len(stored()) == 2
    for entry in (placed, young):
        assert Entry.objects.get(pk=entry.pk).title == entry.title
