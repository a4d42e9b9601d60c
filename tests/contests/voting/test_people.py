"""What becomes of ballots when people ask, go, or turn out to be one."""

import pytest

from contests.models import Ballot, Pick, VoteLetter
from contests.voting import forgetting, voters
from members import merge, privacy
from tests.factories.contests import DAY
from tests.factories.members import PersonFactory, UserFactory
from tests.factories.voting import BallotFactory, a_vote, a_work

pytestmark = pytest.mark.django_db


def test_it_is_handed_out_also_where_a_letter_made_it(now):
    contest, user = a_vote(), UserFactory()
    work = a_work(contest, title="Chợ phiên")
    other = a_vote()
    BallotFactory(contest=contest, account=user, picks=[work])
    BallotFactory(
        contest=other, account=None, way="mail", voter=voters.key(other, user.email)
    )
    BallotFactory()
    rows = privacy.export_person(user.person)["contests.ballot"]
    assert len(rows) == 2
    assert {tuple(row["works"]) for row in rows} == {("Chợ phiên",), ()}


def test_erased_while_people_vote_it_is_gone(now):
    contest, user = a_vote(), UserFactory()
    BallotFactory(contest=contest, account=user, picks=[a_work(contest)])
    privacy.erase_person(person=user.person, now=now)
    assert not Ballot.objects.exists()


def test_erased_afterwards_a_nameless_one_stays_in_the_count(now):
    contest, user = a_vote(), UserFactory()
    BallotFactory(contest=contest, account=user, picks=[a_work(contest)])
    privacy.erase_person(person=user.person, now=contest.vote_closes_at)
    ballot = Ballot.objects.get()
    assert (ballot.account, ballot.voter, ballot.network) == (None, None, "")
    assert ballot.picks.count() == 1


@pytest.mark.parametrize("later", ["keep", "drop"])
def test_two_records_of_one_person_keep_the_later_word(now, later):
    contest = a_vote()
    users = {name: UserFactory() for name in ("keep", "drop")}
    works = {name: a_work(contest) for name in users}
    for name, user in users.items():
        at = now if name == later else now - DAY / 2
        BallotFactory(contest=contest, account=user, cast_at=at, picks=[works[name]])
    merge.merge_people(keep=users["keep"].person, drop=users["drop"].person, now=now)
    assert Pick.objects.get().entry == works[later]


def test_the_only_ballot_goes_over(now):
    contest, keep, drop = a_vote(), UserFactory(), UserFactory()
    BallotFactory(contest=contest, account=drop, picks=[a_work(contest)])
    merge.merge_people(keep=keep.person, drop=drop.person, now=now)
    assert Ballot.objects.get().account == keep


def test_a_record_without_an_account_has_none(now):
    assert privacy.registry["contests.ballot"].export(PersonFactory()) == []


class TestForgetting:
    def test_voters_and_networks_go_90_days_after_the_results(self, now):
        contest = a_vote(results_at=now + 5 * DAY)
        BallotFactory(contest=contest, picks=[a_work(contest)])
        kept = contest.results_at + forgetting.KEPT
        assert forgetting.forget(now=kept) == 0
        assert forgetting.forget(now=kept + DAY) == 1
        assert forgetting.forget(now=kept + DAY) == 0
        ballot = Ballot.objects.get()
        assert (ballot.account, ballot.voter, ballot.network) == (None, None, "")
        assert ballot.picks.count() == 1

    def test_a_contest_without_results_is_not_kept_for_ever(self, now):
        contest = a_vote()
        BallotFactory(contest=contest)
        late = contest.vote_closes_at + forgetting.WITHOUT_RESULTS + forgetting.KEPT
        assert forgetting.forget(now=late) == 0
        assert forgetting.forget(now=late + DAY) == 1

    def test_links_go_a_day_after_they_are_too_old(self, now):
        contest = a_vote()
        VoteLetter.objects.create(
            contest=contest,
            voter="x",
            token_hash="y",
            made_at=now,
            expires_at=now + DAY,
        )
        forgetting.forget(now=now + 2 * DAY)
        assert VoteLetter.objects.exists()
        forgetting.forget(now=now + 3 * DAY)
        assert not VoteLetter.objects.exists()
