"""Casting, changing and taking back a vote; the letter's link."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction

from contests.locks import Refused
from contests.models import Ballot, Contest, JudgeAssignment, Pick, VoteLetter
from contests.voting import actions, emails, voters
from contests.voting.rules import VoteRefusal
from mail import kinds
from mail.models import Letter
from tests.factories.contests import DAY, RoundFactory, State, a_judge, an_organiser
from tests.factories.members import UserFactory
from tests.factories.voting import BallotFactory, a_vote, a_work

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)


def cast(contest, user, *works, now, network="net"):
    voter = voters.signed_in(contest, user, network=network)
    picks = [work.pk for work in works]
    return actions.cast(contest_id=contest.pk, voter=voter, picks=picks, now=now)


def refusal_of(act, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value.refusal


def ask(contest, *works, now, address="lan@example.com"):
    actions.ask_by_letter(
        contest_id=contest.pk,
        address=address,
        picks=[work.pk for work in works],
        network="net",
        now=now,
    )
    text = Letter.objects.latest("pk").text
    return re.search(r"/binh-chon/([\w-]{40,})/", text)[1]


def picked(contest):
    rows = Pick.objects.filter(ballot__contest=contest).order_by("ballot", "number")
    return list(rows.values_list("entry__title", flat=True))


class TestAccount:
    def test_one_account_has_one_ballot_and_the_last_word_counts(self, now):
        contest, user = a_vote(), UserFactory()
        first, second = a_work(contest, title="Một"), a_work(contest, title="Hai")
        cast(contest, user, first, now=now)
        cast(contest, user, second, now=now + TICK)
        ballot = Ballot.objects.get()
        assert (ballot.account, ballot.way) == (user, Ballot.Way.ACCOUNT)
        assert (ballot.cast_at, ballot.changed_at) == (now, now + TICK)
        assert picked(contest) == ["Hai"]

    def test_twice_the_same_changes_nothing(self, now):
        contest, user = a_vote(), UserFactory()
        work = a_work(contest)
        cast(contest, user, work, now=now)
        assert cast(contest, user, work, now=now + DAY).changed_at == now

    def test_taken_back_nothing_counts_and_it_may_be_cast_anew(self, now):
        contest, user = a_vote(), UserFactory()
        work = a_work(contest, title="Một")
        assert cast(contest, user, now=now) is None
        cast(contest, user, work, now=now)
        cast(contest, user, now=now)
        assert picked(contest) == []
        cast(contest, user, work, now=now)
        assert (picked(contest), Ballot.objects.count()) == (["Một"], 1)

    def test_as_many_works_as_the_contest_says(self, now):
        contest, user = a_vote(vote_picks=2), UserFactory()
        works = [a_work(contest, title=title) for title in ("Một", "Hai", "Ba")]
        cast(contest, user, *works[:2], now=now)
        assert picked(contest) == ["Một", "Hai"]
        assert refusal_of(cast, contest, user, *works, now=now) is VoteRefusal.TOO_MANY

    @pytest.mark.parametrize(
        ("moment", "refusal"),
        [
            (-DAY - TICK, VoteRefusal.NOT_YET),
            (-DAY, None),
            (3 * DAY - TICK, None),
            (3 * DAY, VoteRefusal.OVER),
        ],
    )
    def test_the_window_is_half_open(self, now, moment, refusal):
        contest, user = a_vote(), UserFactory()
        work = a_work(contest)
        if refusal:
            said = refusal_of(cast, contest, user, work, now=now + moment)
            assert said is refusal
        else:
            assert cast(contest, user, work, now=now + moment)

    def test_after_the_end_nobody_changes_or_takes_back(self, now):
        contest, user = a_vote(), UserFactory()
        work = a_work(contest)
        cast(contest, user, work, now=now)
        end = contest.vote_closes_at
        assert refusal_of(cast, contest, user, now=end) is VoteRefusal.OVER
        assert len(picked(contest)) == 1

    def test_who_works_for_the_contest_does_not_vote(self, now):
        contest = a_vote()
        work = a_work(contest)
        judge = a_judge()
        JudgeAssignment.objects.create(
            round=RoundFactory(contest=contest),
            entry=work,
            judge=judge,
            assigned_at=now,
        )
        for user in (an_organiser(contest), judge):
            said = refusal_of(cast, contest, user, work, now=now)
            assert said is VoteRefusal.JURY

    def test_an_account_without_a_proved_address_does_not_vote(self, now):
        contest = a_vote()
        user = UserFactory(verified=False)
        said = refusal_of(cast, contest, user, a_work(contest), now=now)
        assert said is VoteRefusal.UNPROVED

    def test_no_vote_and_drafts(self, now):
        user = UserFactory()
        off = a_vote(vote_opens_at=None, vote_closes_at=None)
        draft = a_vote(state=Contest.State.DRAFT)
        for contest in (off, draft):
            said = refusal_of(cast, contest, user, a_work(contest), now=now)
            assert said is VoteRefusal.NONE

    @pytest.mark.parametrize(
        "fields", [{"purposes": ()}, {"state": State.WITHDRAWN}, {"elsewhere": True}]
    )
    def test_only_for_what_is_in_the_gallery_of_this_contest(self, now, fields):
        contest = a_vote()
        other = a_vote() if fields.pop("elsewhere", False) else contest
        work = a_work(other, **fields)
        said = refusal_of(cast, contest, UserFactory(), work, now=now)
        assert said is VoteRefusal.GONE


class TestLetter:
    def test_the_link_makes_a_ballot_once(self, now):
        contest = a_vote()
        work = a_work(contest, title="Một")
        token = ask(contest, work, now=now)
        assert not Ballot.objects.exists()
        assert actions.confirm(token=token, now=now)
        ballot = Ballot.objects.get()
        assert (ballot.way, ballot.account) == (Ballot.Way.MAIL, None)
        assert picked(contest) == ["Một"]
        assert refusal_of(actions.confirm, token=token, now=now) is VoteRefusal.SPENT
        assert refusal_of(actions.confirm, token="x", now=now) is VoteRefusal.SPENT

    def test_neither_address_nor_token_is_kept(self, now):
        contest = a_vote()
        token = ask(contest, a_work(contest), now=now)
        actions.confirm(token=token, now=now)
        for row in (*VoteLetter.objects.values(), *Ballot.objects.values()):
            text = repr(row)
            assert "lan@" not in text
            assert token not in text
        letter = Letter.objects.get()
        assert letter.secret
        assert letter.kind == emails.CONFIRM

    @pytest.mark.parametrize(
        "spelling", ["Lan@Example.com", "lan+bo-phieu@example.com", " lan@example.com"]
    )
    def test_spellings_of_one_mailbox_are_one_voter(self, now, spelling):
        contest = a_vote()
        first, second = a_work(contest, title="Một"), a_work(contest, title="Hai")
        actions.confirm(token=ask(contest, first, now=now), now=now)
        again = ask(contest, second, now=now, address=spelling.strip())
        actions.confirm(token=again, now=now)
        assert picked(contest) == ["Hai"]
        assert Ballot.objects.count() == 1

    def test_dots_of_gmail_are_one_voter(self, now):
        contest = a_vote()
        work = a_work(contest)
        for address in ("na.ri@gmail.com", "nari@googlemail.com"):
            actions.confirm(token=ask(contest, work, now=now, address=address), now=now)
        assert Ballot.objects.count() == 1

    def test_an_accounts_mailbox_votes_with_the_account(self, now):
        contest, user = a_vote(), UserFactory(email="lan@example.com")
        user.emailaddress_set.create(email="lan2@example.com", verified=True)
        first, second = a_work(contest, title="Một"), a_work(contest, title="Hai")
        cast(contest, user, first, now=now)
        token = ask(contest, second, now=now, address="lan2@example.com")
        actions.confirm(token=token, now=now)
        assert picked(contest) == ["Hai"]
        assert Ballot.objects.get().account == user

    def test_who_voted_by_letters_and_makes_an_account_has_one_vote(self, now):
        contest = a_vote()
        first, second = a_work(contest, title="Một"), a_work(contest, title="Hai")
        for address in ("lan@example.com", "lan2@example.com"):
            actions.confirm(
                token=ask(contest, first, now=now, address=address), now=now
            )
        user = UserFactory(email="lan@example.com")
        user.emailaddress_set.create(email="lan2@example.com", verified=True)
        cast(contest, user, second, now=now)
        assert picked(contest) == ["Hai"]

    def test_a_judges_mailbox_does_not_vote_either(self, now):
        contest = a_vote()
        user = an_organiser(contest)
        token = ask(contest, a_work(contest), now=now, address=user.email)
        assert refusal_of(actions.confirm, token=token, now=now) is VoteRefusal.JURY

    def test_it_takes_a_vote_back(self, now):
        contest = a_vote()
        actions.confirm(token=ask(contest, a_work(contest), now=now), now=now)
        actions.confirm(token=ask(contest, now=now), now=now)
        assert picked(contest) == []

    def test_the_link_is_old_after_a_day_or_with_the_end(self, now):
        contest = a_vote()
        work = a_work(contest)
        token = ask(contest, work, now=now)
        late = now + actions.LINK_LIVES
        assert refusal_of(actions.confirm, token=token, now=late) is VoteRefusal.SPENT
        end = contest.vote_closes_at
        token = ask(contest, work, now=end - TICK)
        assert VoteLetter.objects.latest("pk").expires_at == end
        assert refusal_of(actions.confirm, token=token, now=end) is VoteRefusal.OVER

    def test_a_work_that_is_hidden_meanwhile_is_left_out(self, now):
        contest = a_vote(vote_picks=2)
        stays, goes = a_work(contest, title="Ở lại"), a_work(contest, title="Rút")
        both = ask(contest, stays, goes, now=now)
        alone = ask(contest, goes, now=now, address="khac@example.com")
        goes.state = State.WITHDRAWN
        goes.save()
        actions.confirm(token=both, now=now)
        assert picked(contest) == ["Ở lại"]
        assert refusal_of(actions.confirm, token=alone, now=now) is VoteRefusal.GONE

    def test_only_where_the_contest_lets_mailboxes_vote(self, now):
        contest = a_vote(vote_by_mail=False)
        said = refusal_of(ask, contest, a_work(contest), now=now)
        assert said is VoteRefusal.NO_MAIL
        assert not Letter.objects.exists()

    def test_it_does_not_leave_once_it_says_nothing_any_more(self, now):
        contest = a_vote()
        token = ask(contest, a_work(contest), now=now)
        letter = Letter.objects.get()
        assert emails.recheck(letter, now) is kinds.KEEP
        actions.confirm(token=token, now=now)
        assert isinstance(emails.recheck(letter, now), kinds.Drop)


class TestDatabase:
    def test_it_refuses_a_second_ballot_of_an_account_or_a_mailbox(self):
        ballot = BallotFactory()
        twice = {"contest": ballot.contest, "network": ""}
        for fields in (
            {"account": ballot.account, "voter": "x"},
            {"account": None, "account_made_at": None, "voter": ballot.voter},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                BallotFactory(**twice | fields)

    def test_one_work_once_on_a_ballot(self):
        contest = a_vote()
        work = a_work(contest)
        ballot = BallotFactory(contest=contest, picks=[work])
        with pytest.raises(IntegrityError), transaction.atomic():
            ballot.picks.create(entry=work, number=2)
        with pytest.raises(IntegrityError), transaction.atomic():
            ballot.picks.create(entry=a_work(contest), number=11)

    @pytest.mark.parametrize(
        "fields",
        [
            {"vote_closes_at": None},
            {"vote_opens_at": None},
            {"vote_opens_at": "closes_at", "before": 1},
            {"vote_closes_at": "vote_opens_at", "before": 0},
            {"results_at": "vote_closes_at", "before": 1},
            {"vote_weight": 51},
            {"vote_picks": 0},
        ],
    )
    def test_it_refuses_a_vote_that_makes_no_sense(self, fields):
        contest = a_vote()
        before = fields.pop("before", None)
        if before is not None:
            [(name, other)] = fields.items()
            fields = {name: getattr(contest, other) - before * DAY}
        with pytest.raises(IntegrityError), transaction.atomic():
            Contest.objects.filter(pk=contest.pk).update(**fields)


def test_the_digest_of_a_mailbox_says_nothing_in_another_contest():
    one, other = a_vote(), a_vote()
    assert voters.key(one, "lan@example.com") != voters.key(other, "lan@example.com")
    assert voters.key(one, "Lan+x@example.com") == voters.key(one, "lan@example.com")
