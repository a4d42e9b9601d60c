"""Teams: who is asked, what they say, and that nobody speaks for another."""

import datetime as dt

import pytest

from contests import actions, emails, joining, rules
from contests.joining import NotInvited, Refusal
from contests.locks import Refused
from contests.models import Invitation
from contests.rules import EntryRefusal, Lack, consent_about
from mail.models import Letter
from members.models import Consent, Person
from tests.factories.contests import (
    DAY,
    AuthorFactory,
    ContestFactory,
    State,
    an_organiser,
    complete,
    submitted,
)
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)
LAN = "lan@example.com"


@pytest.fixture
def entry():
    return complete(ContestFactory(max_authors=2))


@pytest.fixture
def token(monkeypatch):
    monkeypatch.setattr(joining.secrets, "token_urlsafe", lambda size: "the-token")
    return "the-token"


def invite(entry, now, email=LAN, name="Nông Thị Lan", by=None):
    return joining.invite(
        entry_id=entry.pk,
        full_name=name,
        email=email,
        by=by or entry.owner,
        now=now,
    )


def accept(token, now, user=None, **changes):
    told = {
        "full_name": "Nông Thị Lan",
        "birth_date": dt.date(2005, 3, 4),
        "school": "THPT Na Rì",
        "publish_name": False,
    }
    return joining.accept(token=token, user=user, now=now, **told | changes)


class TestInviting:
    def test_a_secret_letter_with_a_link_that_is_stored_nowhere(
        self, entry, now, token
    ):
        invitation = invite(entry, now)
        letter = Letter.objects.get(kind=emails.INVITED)
        assert letter.address == LAN
        assert letter.secret
        assert token in letter.text
        assert entry.title not in letter.text
        assert token not in str(Invitation.objects.values())
        assert joining.find(token) == invitation
        assert letter.not_after == entry.contest.closes_at

    @pytest.mark.parametrize(
        ("name", "email", "reason"),
        [
            ("Xem www.example.com", LAN, Refusal.NAME),
            ("", LAN, Refusal.NAME),
            ("Nông Thị Lan", "lan@", Refusal.ADDRESS),
        ],
    )
    def test_each_reason(self, entry, now, name, email, reason):
        with pytest.raises(NotInvited) as refused:
            invite(entry, now, email=email, name=name)
        assert refused.value.reason == reason
        assert not Letter.objects.exists()

    def test_not_oneself_and_nobody_twice(self, entry, now):
        with pytest.raises(NotInvited) as refused:
            invite(entry, now, email=entry.owner.email.upper())
        assert refused.value.reason == Refusal.OWN_ADDRESS
        invite(entry, now)
        with pytest.raises(NotInvited) as refused:
            invite(entry, now, email=LAN.upper())
        assert refused.value.reason == Refusal.ASKED
        assert Letter.objects.filter(kind=emails.INVITED).count() == 1

    def test_a_full_team_invites_nobody(self, entry, now):
        AuthorFactory(entry=entry)
        with pytest.raises(Refused) as refused:
            invite(entry, now)
        assert refused.value.refusal == EntryRefusal.TEAM_FULL

    def test_who_never_answered_is_forgotten_a_month_after_the_deadline(
        self, entry, now, token
    ):
        invite(entry, now)
        over = entry.contest.closes_at + joining.KEPT
        assert joining.forget_unanswered(now=over - TICK) == 0
        assert joining.forget_unanswered(now=over) == 1

    def test_letters_have_a_limit(self, entry, now):
        for number in range(joining.MAX_OPEN):
            invite(entry, now, email=f"ban{number}@example.com")
        with pytest.raises(NotInvited) as refused:
            invite(entry, now)
        assert refused.value.reason == Refusal.TOO_OFTEN

    def test_what_was_handed_in_waits_for_the_answer(self, now):
        entry = submitted(ContestFactory(max_authors=2))
        invite(entry, now)
        entry.refresh_from_db()
        assert entry.state == State.DRAFT
        assert Lack.INVITED in {one.lack for one in rules.missing(entry, now=now)}

    def test_taken_back_the_entry_can_be_handed_in(self, entry, now, token):
        invitation = invite(entry, now)
        with pytest.raises(Refused):
            actions.submit(entry_id=entry.pk, by=entry.owner, now=now)
        joining.take_back(invitation_id=invitation.pk, by=entry.owner, now=now)
        with pytest.raises(Refused) as refused:
            accept(token, now)
        assert refused.value.refusal == EntryRefusal.ANSWERED
        actions.submit(entry_id=entry.pk, by=entry.owner, now=now)

    def test_a_letter_that_was_taken_back_never_leaves(self, entry, now):
        invitation = invite(entry, now)
        letter = Letter.objects.get(kind=emails.INVITED)
        assert emails.recheck_invited(letter, now) is emails.kinds.KEEP
        joining.take_back(invitation_id=invitation.pk, by=entry.owner, now=now)
        assert isinstance(emails.recheck_invited(letter, now), emails.kinds.Drop)


class TestAnswering:
    def test_without_an_account_they_say_who_they_are(self, entry, now, token):
        invite(entry, now)
        author = accept(token, now)
        assert entry.authors.count() == 2
        assert (author.person.full_name, author.school) == (
            "Nông Thị Lan",
            "THPT Na Rì",
        )
        consent = Consent.objects.get(person=author.person)
        assert consent.purpose == Consent.Purpose.CONTEST
        assert consent.about == consent_about(entry.contest)
        letter = Letter.objects.get(kind=emails.ANSWERED)
        assert letter.address == entry.owner.email

    def test_twice_is_once(self, entry, now, token):
        invite(entry, now)
        assert accept(token, now) == accept(token, now + DAY / 24)
        assert Person.objects.filter(full_name="Nông Thị Lan").count() == 1

    def test_publishing_the_name_is_a_consent_of_its_own(self, entry, now, token):
        invite(entry, now)
        author = accept(token, now, publish_name=True)
        purposes = set(author.person.consents.values_list("purpose", flat=True))
        assert purposes == {"contest", "publish_name"}

    def test_the_account_the_letter_went_to_brings_its_own_record(
        self, entry, now, token
    ):
        user = UserFactory(email=LAN)
        invite(entry, now)
        assert joining.account_of(joining.find(token), user) == user
        author = accept(token, now, user=user, full_name="Tên Khác")
        assert author.person == user.person
        assert author.person.full_name != "Tên Khác"

    def test_a_shared_phone_does_not_answer_for_its_owner(self, entry, now, token):
        """Signed in as the entrant, the link still asks who the other is."""
        invite(entry, now)
        assert joining.account_of(joining.find(token), entry.owner) is None

    def test_a_child_that_joins_needs_its_guardian(self, entry, now, token):
        invite(entry, now)
        accept(token, now, birth_date=dt.date(2013, 3, 4))
        lacks = {one.lack for one in rules.missing(entry, now=now)}
        assert Lack.GUARDIAN in lacks

    def test_a_full_team_takes_nobody(self, entry, now, token):
        invite(entry, now)
        AuthorFactory(entry=entry)
        with pytest.raises(Refused) as refused:
            accept(token, now)
        assert refused.value.refusal == EntryRefusal.TEAM_FULL

    def test_jury_and_organisers_never_join(self, entry, now, token):
        user = an_organiser(entry.contest)
        invite(entry, now, email=user.email)
        with pytest.raises(Refused) as refused:
            accept(token, now, user=user)
        assert refused.value.refusal == EntryRefusal.JURY

    def test_the_deadline_is_half_open(self, entry, now, token):
        invite(entry, now)
        closes = entry.contest.closes_at
        with pytest.raises(Refused) as refused:
            accept(token, closes)
        assert refused.value.refusal == EntryRefusal.CLOSED
        accept(token, closes - TICK)

    def test_no_is_an_answer(self, entry, now, token):
        invite(entry, now)
        joining.decline(token=token, now=now)
        joining.decline(token=token, now=now)
        assert entry.authors.count() == 1
        assert Letter.objects.filter(kind=emails.ANSWERED).count() == 1
        actions.submit(entry_id=entry.pk, by=entry.owner, now=now)

    def test_who_declined_can_be_asked_again(self, entry, now, token, monkeypatch):
        invite(entry, now)
        joining.decline(token=token, now=now)
        monkeypatch.setattr(joining.secrets, "token_urlsafe", lambda size: "another")
        assert invite(entry, now + DAY).is_open(now + DAY)

    def test_leaving_takes_everything_along(self, entry, now, token):
        invite(entry, now)
        person = accept(token, now).person
        joining.leave(token=token, now=now)
        assert entry.authors.count() == 1
        assert not Consent.objects.live().filter(person=person).exists()
        assert not Invitation.objects.exists()

    def test_leaving_one_team_keeps_the_consent_for_another(self, entry, now, token):
        invite(entry, now)
        author = accept(token, now)
        AuthorFactory(entry=complete(entry.contest), person=author.person)
        joining.leave(token=token, now=now)
        assert Consent.objects.live().filter(person=author.person).exists()

    def test_nobody_leaves_after_the_deadline(self, entry, now, token):
        invite(entry, now)
        accept(token, now)
        with pytest.raises(Refused) as refused:
            joining.leave(token=token, now=entry.contest.closes_at)
        assert refused.value.refusal == EntryRefusal.CLOSED


class TestTheEntrant:
    def test_never_writes_over_who_joined(self, entry, now, token):
        invite(entry, now)
        author = accept(token, now)
        entry.refresh_from_db()
        actions.set_authors(
            entry_id=entry.pk,
            version=entry.version,
            authors=[actions.TypedAuthor(full_name="Tên Khác", author=author.pk)],
            shares={author.pk: 100},
            by=entry.owner,
            now=now,
        )
        author.refresh_from_db()
        assert author.person.full_name == "Nông Thị Lan"
        assert author.share == 100

    def test_may_take_them_out(self, entry, now, token):
        invite(entry, now)
        author = accept(token, now)
        entry.refresh_from_db()
        actions.set_authors(
            entry_id=entry.pk,
            version=entry.version,
            authors=[],
            without=[author.pk],
            by=entry.owner,
            now=now,
        )
        assert not entry.authors.exists()

    def test_a_join_meanwhile_is_a_conflict_and_not_undone(self, entry, now, token):
        invite(entry, now)
        entry.refresh_from_db()
        accept(token, now)
        with pytest.raises(actions.Conflict):
            actions.set_authors(
                entry_id=entry.pk,
                version=entry.version,
                authors=[],
                by=entry.owner,
                now=now,
            )
        assert entry.authors.count() == 2
