"""How much of a place the public vote is: the worked example, and where it stops."""

from fractions import Fraction

import pytest

from contests.models import VoteCount
from contests.ranking import papers, runs
from contests.ranking.marks import Criterion, Sheet
from contests.ranking.reckoning import Inputs, outcome_of, read, reckon
from contests.voting import counting
from contests.voting.weighing import Vote
from tests.factories.contests import (
    DAY,
    CriterionFactory,
    DivisionFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    scored,
)
from tests.factories.voting import BallotFactory, a_vote, a_work

A, B, C, D = 1, 2, 3, 4
HALL = 9


def inputs(vote=None, marks=None, ranked_by="raw"):
    marks = marks or {A: 80, B: 78, C: 79}
    return Inputs(
        ranked_by=ranked_by,
        rubric=1,
        criteria=(Criterion(pk=1, weight=100, maximum=100),),
        entries=tuple((entry, HALL) for entry in marks),
        sheets=tuple(
            Sheet(entry, judge=1, counts=True, values=(points * 100,))
            for entry, points in marks.items()
        ),
        vote=vote,
    )


def places(outcome):
    return {row.entry: row.place for row in outcome.rows}


class TestFormula:
    VOTE = Vote(20, ((A, 30), (B, 60), (C, None)))

    def test_the_example_of_the_docs(self):
        """docs/judging.md: the jury's A, C, B becomes B, C, A."""
        assert places(reckon(inputs())) == {A: 1, C: 2, B: 3}
        outcome = reckon(inputs(self.VOTE))
        rows = {row.entry: row for row in outcome.rows}
        assert [rows[one].vote_points for one in (A, B, C)] == [50, 100, 75]
        assert [rows[one].together for one in (A, B, C)] == [74, 82.4, 78.2]
        assert [rows[one].votes for one in (A, B, C)] == [30, 60, None]
        assert places(outcome) == {B: 1, C: 2, A: 3}

    def test_what_is_exact_stays_exact(self):
        """A third of the votes is a third: equal is equal, not nearly."""
        vote = Vote(10, ((A, 1), (B, 3), (C, 1)))
        assert vote.points([A, B, C])[A] == Fraction(100, 3)
        tied = reckon(inputs(vote, {A: 80, B: 70, C: 80}))
        assert places(tied)[A] == places(tied)[C]

    def test_equal_together_the_jurys_criteria_part_them(self):
        """A 40 + 25 = 65 and B 15 + 50 = 65: the jury's 80 comes first."""
        vote = Vote(50, ((A, 1), (B, 2)))
        outcome = reckon(inputs(vote, {A: 80, B: 30}))
        assert places(outcome) == {A: 1, B: 2}
        assert {row.tie for row in outcome.rows} == {"criterion"}

    def test_a_division_without_votes_is_the_jurys_alone(self):
        nobody = Vote(20, ((A, 0), (B, 0), (C, None)))
        assert places(reckon(inputs(nobody))) == places(reckon(inputs()))

    def test_a_work_without_a_score_gets_no_place_by_votes(self):
        vote = Vote(50, ((A, 1), (B, 9)))
        unscored = inputs(vote, {A: 80, B: 78})
        silent = Inputs(**unscored.__dict__ | {"sheets": unscored.sheets[:1]})
        assert places(reckon(silent)) == {A: 1, B: None}

    def test_a_run_is_kept_and_reckoned_again_with_the_votes(self):
        with_vote = inputs(self.VOTE)
        assert read(with_vote.kept()) == with_vote
        assert reckon(read(with_vote.kept())).kept() == reckon(with_vote).kept()
        assert outcome_of(reckon(with_vote).kept()) == reckon(with_vote)
        assert with_vote.hash != inputs().hash

    def test_runs_of_before_keep_their_hash_and_their_rows(self):
        kept = inputs().kept()
        assert "vote" not in kept
        assert all("votes" not in row for row in reckon(inputs()).kept()["rows"])


@pytest.mark.django_db
class TestRound:
    @pytest.fixture
    def contest(self, now):
        return a_vote(vote_weight=20)

    def judged(self, contest, *, order=0):
        round_ = RoundFactory(contest=contest, order=order, starts_at=contest.closes_at)
        CriterionFactory(round=round_, maximum=100)
        return round_

    def works(self, contest, round_, *marks):
        division, works = DivisionFactory(contest=contest), []
        for mark in marks:
            work = a_work(contest, division=division)
            scored(JudgeAssignmentFactory(round=round_, entry=work), mark)
            works.append(work)
        return works

    def fixed(self, round_, now):
        return runs.fix(round_id=round_.pk, by=None, now=now)

    def test_it_counts_from_the_count_on_in_the_last_round(self, contest, now):
        round_ = self.judged(contest)
        first, second = self.works(contest, round_, 80, 78)
        BallotFactory(contest=contest, picks=[second])
        before = self.fixed(round_, now)
        assert places(runs.outcome(before)) == {first.pk: 1, second.pk: 2}
        end = contest.vote_closes_at
        counting.count(contest_id=contest.pk, by=None, now=end)
        after = self.fixed(round_, end)
        assert places(runs.outcome(after)) == {second.pk: 1, first.pk: 2}
        assert runs.comes_out_the_same(before)
        assert runs.comes_out_the_same(after)

    def test_not_in_a_round_before_and_not_without_a_weight(self, contest, now):
        early, last = self.judged(contest), self.judged(contest, order=1)
        _first, second = self.works(contest, early, 80, 78)
        BallotFactory(contest=contest, picks=[second])
        counting.count(contest_id=contest.pk, by=None, now=contest.vote_closes_at)
        assert "vote" not in self.fixed(early, now).inputs
        last.delete()
        contest.vote_weight = 0
        contest.save()
        assert "vote" not in self.fixed(early, now).inputs
        assert VoteCount.objects.exists()

    def test_the_minutes_say_by_how_much(self, contest, now):
        round_ = self.judged(contest)
        _first, second = self.works(contest, round_, 80, 78)
        BallotFactory(contest=contest, picks=[second])
        counting.count(contest_id=contest.pk, by=None, now=contest.vote_closes_at)
        run = self.fixed(round_, contest.vote_closes_at + DAY)
        assert papers.minutes(run, now=now).startswith(b"%PDF")
        assert any("20" in rule for rule in papers._rules(round_, run)[-1:])
