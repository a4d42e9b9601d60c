"""What a process keeps of a round counts until something that counts changes."""

import datetime as dt

import pytest
from django.db import connection

from contests.models import Division, Entry, JudgeAssignment, Round, Score
from contests.ranking import now as kept
from contests.ranking.now import standing_of
from contests.ranking.reading import inputs_of, reading_of
from tests.factories.contests import (
    CriterionFactory,
    DivisionFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    scored,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    round_ = RoundFactory(quorum=1)
    CriterionFactory(round=round_, weight=60)
    CriterionFactory(round=round_, weight=40)
    division = DivisionFactory(contest=round_.contest)
    for values in ((8, 8), (5, 6)):
        entry = EntryFactory(contest=round_.contest, division=division, in_contest=True)
        scored(JudgeAssignmentFactory(round=round_, entry=entry), *values)
    return round_


def again(round_):
    return standing_of(Round.objects.select_related("contest").get(pk=round_.pk))


def test_asked_again_it_is_what_was_kept(round_):
    before = again(round_)
    assert before.hash == inputs_of(round_).hash
    assert again(round_) is before


def _score(round_):
    one = Score.objects.filter(assignment__round=round_).first()
    one.value = 1
    one.save()


def _given(round_):
    entry = Entry.objects.first()
    JudgeAssignmentFactory(round=round_, entry=entry)


def _aside(round_):
    row = JudgeAssignment.objects.first()
    row.aside, row.conflict = "hard", "Người nhà"
    row.save()


def _withdrawn(round_):
    Entry.objects.filter(pk=Entry.objects.first().pk).update(state=State.WITHDRAWN)


def _weights(round_):
    round_.criteria.update(weight=50)


def _division(round_):
    other = DivisionFactory(contest=round_.contest)
    Entry.objects.filter(pk=Entry.objects.first().pk).update(division=other)


def _method(round_):
    Round.objects.update(ranked_by="calibrated")


def _swapped(round_):
    """The points stay the same in all."""
    one, other = Score.objects.filter(criterion=round_.criteria.first())
    for score, value in ((one, other.value), (other, one.value)):
        Score.objects.filter(pk=score.pk).update(value=value)


def _nought(round_):
    Score.objects.filter(pk=Score.objects.last().pk).update(value=0)


def _of_another_criterion(round_):
    other = CriterionFactory(round=round_, weight=0)
    again(round_)
    Score.objects.filter(pk=Score.objects.first().pk).update(criterion=other)


def _by_hand_in_the_database(round_):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE contests_score SET value = value - 1")


def _fewer(round_):
    Score.objects.first().delete()


def _of_another_sheet(round_):
    sheet = JudgeAssignmentFactory(round=round_, entry=Entry.objects.first())
    again(round_)
    Score.objects.filter(pk=Score.objects.first().pk).update(assignment=sheet)


def _renamed(round_):
    Division.objects.update(name="Bảng khác")


def _erased(round_):
    JudgeAssignment.objects.first().delete()


@pytest.mark.parametrize(
    "change",
    [
        *(_score, _swapped, _nought, _given, _aside, _erased),
        *(_of_another_criterion, _of_another_sheet, _by_hand_in_the_database, _fewer),
        *(_withdrawn, _weights, _division, _renamed, _method),
    ],
)
def test_whatever_counts_makes_it_anew(round_, change):
    before = again(round_)
    change(round_)
    after = again(round_)
    assert after is not before
    fresh = Round.objects.select_related("contest").get(pk=round_.pk)
    assert after.hash == inputs_of(fresh).hash


@pytest.mark.parametrize("change", [_score, _swapped, _nought, _fewer])
def test_without_the_trigger_it_would_be_old(round_, change):
    """The control of the test above."""
    before = again(round_)
    with connection.cursor() as cursor:
        # What waits for the end of the transaction would be in the way.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE contests_score DISABLE TRIGGER USER")
    change(round_)
    assert again(round_) is before
    assert before.hash != inputs_of(round_).hash


def test_a_full_save_of_a_sheet_read_before_keeps_its_mark(round_):
    """Whoever saves all columns does not write an old mark over a new one."""
    read = JudgeAssignment.objects.first()
    before = again(round_)
    _by_hand_in_the_database(round_)
    read.save()
    assert again(round_).hash == inputs_of(round_).hash != before.hash


def test_what_changes_while_it_is_read_is_kept_as_what_was_read(round_, monkeypatch):
    """Else it would be shown again as soon as somebody changed it back."""
    one = Score.objects.first()
    there = one.value

    def meanwhile(round_):
        Score.objects.filter(pk=one.pk).update(value=1)
        return reading_of(round_)

    with monkeypatch.context() as patched:
        patched.setattr(kept, "reading_of", meanwhile)
        again(round_)
    Score.objects.filter(pk=one.pk).update(value=there)
    assert again(round_).hash == inputs_of(round_).hash


def test_quorum_and_threshold_are_part_of_it(round_):
    assert again(round_).lacking == 0
    Round.objects.update(quorum=2)
    assert again(round_).lacking == 2


def test_few_rounds_are_kept(round_, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 1)
    again(round_)
    again(RoundFactory())
    assert len(kept._kept) == 1


def test_each_judge_has_their_load(round_):
    found = again(round_)
    judges = JudgeAssignment.objects.values_list("judge", flat=True)
    assert set(found.loads) == set(judges)
    assert {(load.given, load.scored) for load in found.loads.values()} == {(1, 1)}
    assert all(isinstance(load.last, dt.datetime) for load in found.loads.values())
