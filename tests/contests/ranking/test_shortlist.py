"""Who goes on, what a tie at the cut comes to, and when it is told."""

import datetime as dt

import pytest

from contests import emails, rules
from contests.locks import Refused
from contests.models import Entry, Score, Shortlisted
from contests.ranking import runs, shortlist
from contests.ranking.shortlist import Ties
from contests.refusals import StaffRefusal
from mail import reminders
from mail.models import Letter
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
TICK = dt.timedelta(microseconds=1)


@pytest.fixture
def round_():
    """Five works with 9, 8, 7, 7 and 6 points; nobody scored the sixth."""
    round_ = RoundFactory(quorum=1)
    CriterionFactory(round=round_, weight=100)
    division = DivisionFactory(contest=round_.contest)
    for value in (9, 8, 7, 7, 6, None):
        entry = EntryFactory(contest=round_.contest, division=division, in_contest=True)
        row = JudgeAssignmentFactory(round=round_, entry=entry)
        if value is not None:
            scored(row, value)
    return round_


@pytest.fixture
def works(round_):
    return list(Entry.objects.order_by("pk"))


def choose(round_, size, ties=Ties.ALL, now=None):
    now = now or round_.ends_at
    run = runs.fix(round_id=round_.pk, by=None, now=now)
    return shortlist.choose(run_id=run.pk, size=size, ties=ties, by=None, now=now)


def on(round_):
    return set(round_.shortlisted.values_list("entry", flat=True))


class TestCut:
    @pytest.mark.parametrize(
        ("size", "ties", "number", "tied"),
        [
            (2, Ties.ALL, 2, 0),
            (3, Ties.ALL, 4, 2),
            (3, Ties.NONE, 2, 2),
            (4, Ties.ALL, 4, 0),
            (4, Ties.NONE, 4, 0),
            (99, Ties.ALL, 5, 0),
        ],
    )
    def test_a_tie_at_the_cut_follows_the_stated_rule(
        self, round_, works, size, ties, number, tied
    ):
        [found] = choose(round_, size, ties)
        assert on(round_) == {work.pk for work in works[:number]}
        assert len(found.tied) == tied

    def test_twice_is_the_same_list(self, round_):
        choose(round_, 3)
        before = on(round_)
        choose(round_, 3)
        assert on(round_) == before
        assert Shortlisted.objects.count() == 4

    def test_chosen_anew_the_states_follow(self, round_, works):
        choose(round_, 4)
        choose(round_, 1)
        shortlisted = Entry.objects.filter(state=State.SHORTLISTED)
        assert list(shortlisted) == works[:1]
        assert list(Entry.objects.filter(went_on=True)) == works[:1]


class TestRefusals:
    def test_not_while_judging_goes_on(self, round_):
        with pytest.raises(Refused) as caught:
            choose(round_, 2, now=round_.ends_at - TICK)
        assert caught.value.refusal is StaffRefusal.JUDGING_ON

    def test_not_from_a_ranking_that_scores_have_left_behind(self, round_):
        run = runs.fix(round_id=round_.pk, by=None, now=round_.ends_at)
        Score.objects.update(value=5)
        with pytest.raises(Refused) as caught:
            shortlist.choose(
                run_id=run.pk, size=2, ties=Ties.ALL, by=None, now=round_.ends_at
            )
        assert caught.value.refusal is StaffRefusal.STALE

    def test_of_a_final_there_is_none(self, round_):
        round_.kind = "final"
        round_.save()
        with pytest.raises(Refused) as caught:
            choose(round_, 2)
        assert caught.value.refusal is StaffRefusal.NOT_PRELIMINARY

    def test_an_empty_list_is_not_announced(self, round_):
        with pytest.raises(Refused) as caught:
            shortlist.announce(round_id=round_.pk, by=None, now=round_.ends_at)
        assert caught.value.refusal is StaffRefusal.NO_SHORTLIST


class TestAnnounce:
    def announce(self, round_, now):
        return shortlist.announce(round_id=round_.pk, by=None, now=now)

    def test_nobody_learns_of_it_before(self, round_, works):
        choose(round_, 2)
        first = Entry.objects.get(pk=works[0].pk)
        assert first.state == State.SHORTLISTED
        assert rules.state_shown(first, now=round_.ends_at) == State.SUBMITTED
        reminders.queue_due(round_.ends_at)
        assert not Letter.objects.filter(kind=emails.SHORTLIST).exists()

    def test_everybody_hears_once_and_no_two_hear_opposite_things(self, round_, works):
        choose(round_, 2)
        at = round_.ends_at + TICK
        for later in (at, at + dt.timedelta(minutes=5)):
            assert self.announce(round_, later).announced_at == at
            reminders.queue_due(later)
        letters = Letter.objects.filter(kind=emails.SHORTLIST)
        assert letters.count() == len(works)
        goes_on = {one.about_id: "goes on!" in one.text for one in letters}
        vi = {one.about_id: "Chúc mừng" in one.text for one in letters}
        told = {pk for pk, yes in goes_on.items() if yes or vi[pk]}
        assert told == {work.pk for work in works[:2]}
        first = Entry.objects.get(pk=works[0].pk)
        assert rules.state_shown(first, now=at) == State.SHORTLISTED

    def test_a_prize_that_is_not_told_yet_still_looks_like_the_shortlist(
        self, round_, works
    ):
        """Case 23: no change of the state tells of a prize before the results."""
        choose(round_, 2)
        self.announce(round_, round_.ends_at)
        Entry.objects.filter(pk=works[0].pk).update(state=State.AWARDED)
        first = Entry.objects.get(pk=works[0].pk)
        assert rules.state_shown(first, now=round_.ends_at) == State.SHORTLISTED

    def test_once_announced_it_is_not_chosen_anew(self, round_):
        choose(round_, 2)
        self.announce(round_, round_.ends_at)
        with pytest.raises(Refused) as caught:
            choose(round_, 3)
        assert caught.value.refusal is StaffRefusal.ANNOUNCED
