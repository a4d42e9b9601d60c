"""The count after the end, and who may read it when."""

import datetime as dt

import pytest
from django.urls import reverse

from contests import decisions
from contests.locks import Refused
from contests.models import VoteCount
from contests.refusals import StaffRefusal
from contests.voting import auditing, counting
from tests.factories.contests import DAY, State, an_organiser
from tests.factories.members import UserFactory
from tests.factories.voting import BallotFactory, a_vote, a_work

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)


def refusal_of(act, **kwargs):
    with pytest.raises(Refused) as caught:
        act(**kwargs)
    return caught.value.refusal


def count(contest, now, by=None):
    return counting.count(contest_id=contest.pk, by=by, now=now)


class TestCount:
    def test_votes_by_work_and_none_for_a_hidden_one(self, now):
        contest = a_vote()
        first, second = a_work(contest), a_work(contest)
        hidden = a_work(contest, purposes=())
        for works in ([first], [first], [second], [hidden], []):
            BallotFactory(contest=contest, picks=works)
        made = count(contest, contest.vote_closes_at)
        assert made.rows == [
            [first.pk, 2, 0],
            [second.pk, 1, 0],
            [hidden.pk, None, None],
        ]
        assert (made.ballots, made.aside) == (4, 0)

    def test_not_a_tick_before_the_end_for_organisers_neither(self, now):
        contest = a_vote()
        before = contest.vote_closes_at - TICK
        kwargs = {"contest_id": contest.pk, "by": an_organiser(contest), "now": before}
        assert refusal_of(counting.count, **kwargs) is StaffRefusal.VOTE_ON

    def test_twice_the_same_is_one_count_and_a_change_is_another(self, now):
        contest, end = a_vote(), None
        end = contest.vote_closes_at
        ballot = BallotFactory(contest=contest, picks=[a_work(contest)])
        first = count(contest, end)
        assert count(contest, end + DAY) == first
        auditing.set_aside(
            contest_id=contest.pk,
            ballot_ids=[ballot.pk],
            reason="Máy bầu",
            by=None,
            now=end,
        )
        second = count(contest, end + DAY)
        assert (second.ballots, second.aside) == (0, 1)
        assert VoteCount.objects.count() == 2

    def test_what_is_public_is_not_counted_again(self, now):
        contest = a_vote(results_at=now + 5 * DAY)
        BallotFactory(contest=contest, picks=[a_work(contest)])
        count(contest, now + 4 * DAY)
        kwargs = {"contest_id": contest.pk, "by": None, "now": now + 5 * DAY}
        assert refusal_of(counting.count, **kwargs) is StaffRefusal.RESULTS_OUT

    def test_results_wait_for_the_vote(self, now):
        contest = a_vote()
        contest.rounds.all().delete()
        kwargs = {"contest_id": contest.pk, "by": None, "now": now}
        assert refusal_of(decisions.release, **kwargs) is StaffRefusal.VOTE_ON
        early = contest.vote_closes_at - TICK
        said = refusal_of(decisions.set_results_time, moment=early, **kwargs)
        assert said is StaffRefusal.VOTE_ON
        decisions.set_results_time(moment=contest.vote_closes_at, **kwargs)

    def test_a_work_that_left_is_not_in_the_public_votes_of_its_page(
        self, client, now, time_machine
    ):
        contest = a_vote(results_at=now + 5 * DAY)
        work = a_work(contest, title="Đã rút")
        BallotFactory(contest=contest, picks=[work])
        count(contest, now + 4 * DAY)
        time_machine.move_to(now + 5 * DAY, tick=False)
        address = reverse("contests:works", args=[contest.slug])
        assert "1 vote" in client.get(address).content.decode()
        work.state = State.DISQUALIFIED
        work.save()
        assert "1 vote" not in client.get(address).content.decode()


class TestAudit:
    def test_networks_minutes_ages_and_what_stands_out(self, now):
        contest = a_vote()
        work = a_work(contest)
        for number in range(10):
            BallotFactory(
                contest=contest,
                network="a" * 16,
                picks=[work],
                account_made_at=now - dt.timedelta(hours=2),
                cast_at=now - dt.timedelta(minutes=9) + number * TICK,
            )
        BallotFactory(contest=contest, picks=[work])
        BallotFactory(
            contest=contest, account=None, way="mail", voter="x", picks=[work]
        )
        BallotFactory(contest=contest)
        found = auditing.audit(contest)
        assert found.totals == auditing.Totals(12, 12, 0, 1)
        top = found.networks[0]
        assert (top["network"], top["number"], top["young"]) == ("a" * 16, 10, 10)
        assert found.minutes[0]["number"] == 10
        assert [number for _label, number in found.ages] == [10, 0, 0, 1, 1]
        assert [(one.why, one.number) for one in found.clusters] == [
            ("many", 10),
            ("young", 10),
        ]

    def test_aside_is_counted_apart_and_comes_back_with_the_decision(self, now):
        contest, by = a_vote(), UserFactory()
        ballots = BallotFactory.create_batch(
            2, contest=contest, picks=[a_work(contest)]
        )
        ids = [ballot.pk for ballot in ballots]
        common = {"contest_id": contest.pk, "by": by, "now": now}
        decision = auditing.set_aside(ballot_ids=ids, reason="Cùng một máy", **common)
        assert (decision.number, decision.made_by) == (2, by)
        assert auditing.audit(contest).totals == auditing.Totals(2, 0, 2, 0)
        said = refusal_of(auditing.set_aside, ballot_ids=ids, reason="Nữa", **common)
        assert said is StaffRefusal.NO_BALLOTS
        auditing.take_back(decision_id=decision.pk, by=by, now=now)
        assert auditing.audit(contest).totals == auditing.Totals(2, 2, 0, 0)
        decision.refresh_from_db()
        assert (decision.ended_by, decision.reason) == (by, "Cùng một máy")

    def test_not_without_a_reason_nor_of_another_contest_nor_after_the_results(
        self, now
    ):
        contest = a_vote(results_at=now + 5 * DAY)
        ballot = BallotFactory(contest=contest, picks=[a_work(contest)])
        other = BallotFactory()
        common = {"contest_id": contest.pk, "by": None}
        for ids, reason, at, refusal in (
            ([ballot.pk], " ", now, StaffRefusal.NO_REASON),
            ([other.pk], "Lạ", now, StaffRefusal.NO_BALLOTS),
            ([ballot.pk], "Muộn", contest.results_at, StaffRefusal.RESULTS_OUT),
        ):
            kwargs = {"ballot_ids": ids, "reason": reason, "now": at} | common
            assert refusal_of(auditing.set_aside, **kwargs) is refusal


class TestPage:
    @pytest.fixture
    def contest(self):
        return a_vote()

    @pytest.fixture
    def address(self, contest):
        return reverse("admin:contests_contest_vote", args=[contest.pk])

    @pytest.fixture
    def organiser(self, client, contest):
        user = an_organiser(contest, user__is_staff=True)
        client.force_login(user)
        return user

    def test_only_for_those_who_manage_the_contest(self, client, contest, address):
        other = an_organiser(a_vote(), user__is_staff=True)
        client.force_login(other)
        assert client.get(address).status_code in {302, 403, 404}

    def test_nobody_reads_what_a_ballot_is_for_before_the_end(
        self, client, contest, address, organiser, time_machine
    ):
        work = a_work(contest, title="Chợ phiên")
        ballot = BallotFactory(contest=contest, network="b" * 16, picks=[work])
        line = f"{address}?network={'b' * 16}"
        for one in (address, line):
            assert "Chợ phiên" not in client.get(one).content.decode()
        time_machine.move_to(contest.vote_closes_at, tick=False)
        assert "Chợ phiên" in client.get(line).content.decode()
        client.post(address, {"aside": "1", "ballot": ballot.pk, "reason": "Máy bầu"})
        ballot.refresh_from_db()
        assert ballot.aside.made_by == organiser
        client.post(address, {"back": ballot.aside_id})
        client.post(line, {"aside": "1", "every": "1", "reason": "Cả dòng"})
        ballot.refresh_from_db()
        assert ballot.aside.reason == "Cả dòng"
        client.post(address, {"back": ballot.aside_id})
        ballot.refresh_from_db()
        assert ballot.aside.ended_at
        client.post(address, {"count": "1"})
        assert VoteCount.objects.get().rows == [[work.pk, 1, 0]]
        assert "Chợ phiên" in client.get(address).content.decode()

    @pytest.mark.parametrize("number", [1, 3])
    def test_few_questions(
        self, client, contest, address, organiser, number, django_assert_max_num_queries
    ):
        work = a_work(contest)
        for _ in range(number):
            BallotFactory(contest=contest, picks=[work])
        with django_assert_max_num_queries(22):
            client.get(address)
