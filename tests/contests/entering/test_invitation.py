"""The pages of invitations: the entrant's, and the one behind the link."""

import pytest
from django.urls import reverse

from contests import emails, joining
from contests.models import Author, Entry
from mail.models import Letter
from members.models import GuardianRequest
from tests.factories.contests import ContestFactory, InvitationFactory, complete
from tests.factories.contests import token_hash as hashed
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-this-test"
URL = f"/cuoc-thi/loi-moi/{TOKEN}/"
LAN = {
    "full_name": "Nông Thị Lan",
    "birth_date": "04/03/2005",
    "school": "THPT Na Rì",
    "agreed": "on",
    "answer": "yes",
}


def page(response):
    return response.content.decode()


@pytest.fixture
def entry():
    return complete(ContestFactory(max_authors=2))


@pytest.fixture
def invitation(entry):
    return InvitationFactory(
        entry=entry, email="lan@example.com", token_hash=hashed(TOKEN)
    )


class TestTheEntrant:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client, entry):
        client.force_login(entry.owner)

    def url(self, name, entry):
        return reverse(f"contests:{name}", args=[entry.code])

    def test_invites_by_name_and_address(self, client, entry):
        told = {"full_name": "Nông Thị Lan", "email": "lan@example.com"}
        response = client.post(self.url("invite", entry), told, follow=True)
        assert "The letter to Nông Thị Lan is on its way." in page(response)
        assert "Waiting for the answer" in page(response)
        assert Letter.objects.get(kind=emails.INVITED).address == "lan@example.com"

    def test_what_is_wrong_is_given_back(self, client, entry):
        told = {"full_name": "www.example.com", "email": "lan@example.com"}
        response = client.post(self.url("invite", entry), told)
        assert response.status_code == 409
        assert 'value="www.example.com"' in page(response)

    def test_takes_it_back(self, client, entry, invitation):
        told = {"invitation": invitation.pk}
        client.post(self.url("take_back", entry), told)
        invitation.refresh_from_db()
        assert invitation.answer == "taken_back"

    @pytest.mark.parametrize("number", ["", "abc", "999999", "9" * 30])
    def test_a_forged_number_is_never_our_error(self, client, entry, number):
        response = client.post(self.url("take_back", entry), {"invitation": number})
        assert response.status_code in {302, 400}

    def test_nobody_elses_invitation(self, client, entry):
        other = InvitationFactory()
        client.post(self.url("take_back", entry), {"invitation": other.pk})
        other.refresh_from_db()
        assert not other.answer

    def test_who_joined_is_shown_and_only_their_share_asked(
        self, client, entry, invitation, now
    ):
        joining.accept(
            token=TOKEN,
            full_name="Nông Thị Lan",
            birth_date=now.date().replace(year=2005),
            school="",
            publish_name=False,
            user=None,
            now=now,
        )
        author = Author.objects.get(person__full_name="Nông Thị Lan")
        text = page(client.get(self.url("authors", entry)))
        assert f'name="share-{author.pk}"' in text
        assert 'value="Nông Thị Lan"' not in text

    def test_shares_that_do_not_add_up_are_said_at_once(
        self, client, entry, invitation
    ):
        client.post(URL, LAN)
        author = Author.objects.get(person__full_name="Nông Thị Lan")
        entry = Entry.objects.get()
        form = {
            "version": entry.version,
            "is_author": "on",
            "school": "",
            "share": 60,
            f"share-{author.pk}": 30,
            "authors-TOTAL_FORMS": 0,
            "authors-INITIAL_FORMS": 0,
        }
        response = client.post(self.url("authors", entry), form, follow=True)
        assert "add up to 90 percent, not to 100" in page(response)
        entry.refresh_from_db()
        form |= {"version": entry.version, f"share-{author.pk}": 40}
        response = client.post(self.url("authors", entry), form, follow=True)
        assert "add up to" not in page(response)


class TestTheLink:
    def test_opening_it_changes_nothing(self, client, invitation):
        response = client.get(URL)
        assert response.status_code == 200
        assert invitation.entry.owner.display_name in page(response)
        assert invitation.entry.title not in page(response)
        assert " checked" not in page(response)
        invitation.refresh_from_db()
        assert not invitation.answer
        assert "no-store" in response["Cache-Control"]

    def test_joining_needs_no_account(self, client, invitation):
        response = client.post(URL, LAN, follow=True)
        assert "You are in the team" in page(response)
        assert invitation.entry.authors.count() == 2

    def test_without_the_box_everything_is_given_back(self, client, invitation):
        response = client.post(URL, {key: LAN[key] for key in LAN if key != "agreed"})
        assert "Tick the box" in page(response)
        assert 'value="04/03/2005"' in page(response)
        assert invitation.entry.authors.count() == 1

    def test_no(self, client, invitation):
        response = client.post(URL, {"answer": "no"}, follow=True)
        assert "We have noted your answer" in page(response)
        assert client.get(URL).status_code == 410

    def test_the_owner_on_the_same_phone_is_not_taken_for_the_other(
        self, client, invitation
    ):
        client.force_login(invitation.entry.owner)
        assert 'name="full_name"' in page(client.get(URL))
        client.post(URL, LAN)
        assert Author.objects.filter(person__full_name="Nông Thị Lan").exists()

    def test_a_member_who_got_the_letter_is_not_asked_for_a_name(
        self, client, invitation
    ):
        user = UserFactory(email="lan@example.com")
        client.force_login(user)
        assert 'name="full_name"' not in page(client.get(URL))
        client.post(URL, {"agreed": "on", "answer": "yes"})
        assert invitation.entry.authors.filter(person=user.person).exists()

    def test_a_child_asks_its_parent_there_and_may_leave(self, client, invitation):
        response = client.post(URL, LAN | {"birth_date": "04/03/2013"}, follow=True)
        assert "Consent of a parent or guardian" in page(response)
        mother = {
            "guardian_name": "Bàn Thị Mai",
            "relation": "mẹ",
            "email": "me@example.com",
        }
        response = client.post(URL, mother, follow=True)
        assert "Waiting for the parent" in page(response)
        assert GuardianRequest.objects.get().guardian.email == "me@example.com"
        client.post(URL, {"leave": "1"})
        assert invitation.entry.authors.count() == 1
        assert client.get(URL).status_code == 404

    def test_a_childs_own_address_is_no_parents(self, client, invitation):
        client.post(URL, LAN | {"birth_date": "04/03/2013"})
        mother = {
            "guardian_name": "Bàn Thị Mai",
            "relation": "mẹ",
            "email": "Lan@example.com",
        }
        response = client.post(URL, mother)
        assert response.status_code == 409
        assert not GuardianRequest.objects.exists()

    def test_too_late_gives_back_what_was_typed(self, client, invitation, time_machine):
        time_machine.move_to(invitation.entry.contest.closes_at, tick=False)
        response = client.post(URL, LAN)
        assert response.status_code == 409
        assert "Entries closed at" in page(response)

    @pytest.mark.parametrize("token", ["x", "a" * 300, "1.abc"])
    def test_guessed_links_are_not_there(self, client, invitation, token):
        assert client.get(f"/cuoc-thi/loi-moi/{token}/").status_code == 404
