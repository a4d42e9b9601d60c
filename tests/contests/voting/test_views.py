"""The gallery, the ballot and the letter's link, as people meet them."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from contests import pictures
from contests.models import Ballot, EntryPicture, Pick
from contests.rules import consent_about
from contests.voting import counting
from mail.models import Letter
from members import consents
from members.models import Consent
from tests.factories.contests import (
    DAY,
    EntryFileFactory,
    RoundFactory,
    an_organiser,
    child,
    guardian_agrees,
)
from tests.factories.members import UserFactory
from tests.factories.voting import (
    NAME,
    PICTURE,
    BallotFactory,
    a_photo,
    a_vote,
    a_work,
    agrees,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def page(response):
    return response.content.decode()


def url(name, contest, *args):
    return reverse(f"contests:{name}", args=[contest.slug, *args])


def withdraw(person, contest, purpose, now):
    about = consent_about(contest)
    consents.withdraw(person=person, purpose=purpose, about=about, now=now)


class TestGallery:
    def test_from_the_opening_on_and_before_for_organisers(self, client, now):
        contest = a_vote(vote_opens_at=now + HOUR)
        a_work(contest, title="Chợ phiên")
        assert client.get(url("works", contest)).status_code == 404
        client.force_login(an_organiser(contest))
        text = page(client.get(url("works", contest)))
        assert "Only you see this" in text
        assert "Chợ phiên" in text

    def test_it_says_until_when_and_leads_to_the_ballot(self, client):
        contest = a_vote()
        work = a_work(contest, title="Chợ phiên")
        text = page(client.get(url("works", contest)))
        assert url("work", contest, work.pk) in text
        text = page(client.get(url("work", contest, work.pk)))
        assert f"{url('vote', contest)}?bai={work.pk}" in text
        assert work.authors.get().person.full_name in text

    def test_the_contests_page_leads_there_while_people_vote(self, client):
        contest = a_vote()
        text = page(client.get(contest.get_absolute_url()))
        assert text.count(url("works", contest)) == 2  # the button and the dock
        client.force_login(a_work(contest).owner)
        text = page(client.get(contest.get_absolute_url()))
        assert "See my entry" in text
        assert url("works", contest) in text

    def test_no_names_while_judges_read_without_names(self, client, now, time_machine):
        contest = a_vote()
        round_ = RoundFactory(contest=contest, ends_at=now + DAY)
        work = a_work(contest)
        author = work.authors.get()
        addresses = [url("works", contest), url("work", contest, work.pk)]

        def told():
            text = "".join(page(client.get(address)) for address in addresses)
            return author.person.full_name in text or author.school in text

        assert not told()
        time_machine.move_to(round_.ends_at, tick=False)
        assert told()

    def test_a_public_page_without_token_and_cookie(self, client):
        contest = a_vote()
        work = a_work(contest)
        for address in (url("works", contest), url("work", contest, work.pk)):
            response = client.get(address)
            assert "csrfmiddlewaretoken" not in page(response)
            assert not response.cookies

    def test_only_works_whose_authors_all_agreed(self, client, now):
        contest = a_vote()
        silent = a_work(contest, purposes=(), title="Im lặng")
        half = a_work(contest, title="Một nửa")
        half.authors.create(person=UserFactory().person)
        text = page(client.get(url("works", contest)))
        assert "Im lặng" not in text
        assert "Một nửa" not in text
        for work in (silent, half):
            assert client.get(url("work", contest, work.pk)).status_code == 404

    def test_a_child_needs_the_guardian_and_the_school(self, client, now):
        contest, pupil = a_vote(), child()
        work = a_work(contest, person=pupil, title="Của em")
        address = url("work", contest, work.pk)
        guardian_agrees(pupil, contest, NAME)
        assert client.get(address).status_code == 404
        agrees(pupil, contest, method=Consent.Method.SCHOOL)
        assert client.get(address).status_code == 200
        withdraw(pupil, contest, NAME, now)
        assert client.get(address).status_code == 404
        assert "Của em" not in page(client.get(url("works", contest)))

    def test_another_order_each_hour_and_the_same_within_it(
        self, client, now, time_machine
    ):
        contest = a_vote()
        titles = [f"Bài số {number}" for number in range(8)]
        for title in titles:
            a_work(contest, title=title)

        def order():
            return re.findall(r"Bài số \d", page(client.get(url("works", contest))))

        first = order()
        assert sorted(first) == titles
        time_machine.move_to(now + HOUR - dt.timedelta(seconds=1), tick=False)
        assert order() == first
        time_machine.move_to(now + HOUR, tick=False)
        assert order() != first

    def test_every_place_comes_to_every_work(self, now):
        """Over a thousand hours each of four works is on top in about a quarter."""
        from collections import Counter

        from contests.voting import gallery

        contest = a_vote(now, vote_closes_at=now + 60 * DAY)
        tops = Counter(
            gallery.order(contest, [1, 2, 3, 4], now=now + number * HOUR)[0]
            for number in range(1000)
        )
        assert all(200 < tops[pk] < 300 for pk in (1, 2, 3, 4))

    @pytest.mark.parametrize("number", [1, 3])
    def test_few_questions(self, client, number, django_assert_num_queries):
        contest = a_vote()
        for _ in range(number):
            a_photo(a_work(contest, purposes=(NAME, PICTURE)))
        with django_assert_num_queries(8):
            client.get(url("works", contest))

    def test_only_what_went_on_where_that_was_told_before(self, client, now):
        contest = a_vote(shortlist_at=now - 2 * DAY)
        a_work(contest, title="Đi tiếp", went_on=True)
        a_work(contest, title="Dừng lại")
        text = page(client.get(url("works", contest)))
        assert "Đi tiếp" in text
        assert "Dừng lại" not in text

    def test_votes_stand_there_with_the_results_and_not_before(
        self, client, now, time_machine
    ):
        contest = a_vote(results_at=now + 5 * DAY)
        work = a_work(contest)
        BallotFactory(contest=contest, picks=[work])
        addresses = [url("works", contest), url("work", contest, work.pk)]

        def texts():
            return [page(client.get(address)) for address in addresses]

        time_machine.move_to(now + 4 * DAY, tick=False)
        counting.count(contest_id=contest.pk, by=None, now=now + 4 * DAY)
        assert not any("1 vote" in text for text in texts())
        assert all("told together with the results" in text for text in texts())
        time_machine.move_to(contest.results_at, tick=False)
        assert all("1 vote" in text for text in texts())


class TestPicture:
    @pytest.fixture
    def contest(self):
        return a_vote()

    @pytest.fixture
    def work(self, contest):
        work = a_work(contest, purposes=(NAME, PICTURE), title="Chợ phiên")
        a_photo(work)
        return work

    def test_it_stands_on_the_pages_with_size_and_words(self, client, contest, work):
        for address in (url("works", contest), url("work", contest, work.pk)):
            [image] = re.findall(r"<img[^>]*hinh/[^>]*>", page(client.get(address)))
            assert 'width="720" height="540"' in image
            assert 'alt="Picture of the work “Chợ phiên”"' in image

    def test_what_is_sent_is_small_and_drawn_anew(self, client, contest, work):
        response = client.get(url("work_picture", contest, work.pk))
        assert response["Content-Type"] == "image/jpeg"
        assert response["X-Content-Type-Options"] == "nosniff"
        kept = EntryPicture.objects.get()
        assert (kept.width, kept.height) == (720, 540)
        assert response.content == bytes(kept.jpeg)
        with work.files.get().copy.open("rb") as copy:
            assert response.content != copy.read()

    def test_a_browser_asks_again_and_gets_no_byte_twice(self, client, contest, work):
        address = url("work_picture", contest, work.pk)
        etag = client.get(address)["ETag"]
        again = client.get(address, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")

    def test_withdrawn_it_is_gone_at_once(self, client, contest, work, now):
        address = url("work_picture", contest, work.pk)
        assert client.get(address).status_code == 200
        withdraw(work.authors.get().person, contest, PICTURE, now)
        assert client.get(address).status_code == 404
        text = page(client.get(url("works", contest)))
        assert "Chợ phiên" in text
        assert "<img" not in re.sub(r"(?s)<header.*?</header>", "", text)

    def test_the_name_alone_shows_no_picture_and_the_picture_alone_no_work(
        self, client, contest
    ):
        named, seen = a_work(contest), a_work(contest, purposes=(PICTURE,))
        for work in (named, seen):
            a_photo(work)
            address = url("work_picture", contest, work.pk)
            assert client.get(address).status_code == 404

    def test_another_file_is_another_picture(self, client, contest, work):
        client.get(url("work_picture", contest, work.pk))
        work.files.update(sha256="f" * 64)
        client.get(url("work_picture", contest, work.pk))
        assert EntryPicture.objects.get().sha256 == "f" * 64
        work.files.get().delete()
        assert not EntryPicture.objects.exists()
        assert client.get(url("work_picture", contest, work.pk)).status_code == 404

    def test_a_photo_goes_before_a_document_and_a_locked_file_is_none(self, contest):
        work = a_work(contest)
        document = EntryFileFactory(entry=work, one_page=True)
        assert pictures.file_of(work) == document
        photo = a_photo(work)
        assert pictures.file_of(work) == photo
        work.files.update(state="quarantined")
        assert pictures.file_of(work) is None


class TestBallot:
    @pytest.fixture
    def contest(self):
        return a_vote()

    def test_signed_in_one_press_votes_and_the_page_says_so(self, client, contest):
        work = a_work(contest, title="Chợ phiên")
        user = UserFactory()
        client.force_login(user)
        address = f"{url('vote', contest)}?bai={work.pk}"
        text = page(client.get(address))
        assert re.search(rf'value="{work.pk}"[^>]*checked', text)
        response = client.post(address, {"picks": work.pk}, follow=True)
        assert "Your vote is counted in." in page(response)
        assert "Chợ phiên" in page(response)
        assert Ballot.objects.get().account == user
        assert Ballot.objects.get().network
        client.post(url("vote", contest), {"withdraw": "1"})
        assert not Pick.objects.exists()

    def test_a_vote_for_what_is_gone_can_still_be_taken_back(self, client, contest):
        work = a_work(contest)
        user = UserFactory()
        client.force_login(user)
        client.post(url("vote", contest), {"picks": work.pk})
        work.state = "withdrawn"
        work.save()
        client.post(url("vote", contest), {"withdraw": "1", "picks": work.pk})
        assert not Pick.objects.exists()

    def test_several_works_stay_ticked(self, client):
        contest = a_vote(vote_picks=2)
        first, second, third = (a_work(contest) for _number in range(3))
        client.force_login(UserFactory())
        picks = {"picks": [first.pk, second.pk]}
        client.post(url("vote", contest), picks)
        text = page(client.get(f"{url('vote', contest)}?bai={third.pk}"))
        ticked = re.findall(r'value="(\d+)"[^>]*checked', text)
        assert ticked == [str(third.pk), str(first.pk)]
        too_many = {"picks": [first.pk, second.pk, third.pk]}
        text = page(client.post(url("vote", contest), too_many))
        assert "at most 2" in text

    @pytest.mark.parametrize("odd", ["x", "0", "-1", "٣", "9" * 5000])
    def test_an_odd_work_in_the_address_chooses_nothing(self, client, contest, odd):
        a_work(contest)
        response = client.get(url("vote", contest), {"bai": odd})
        assert response.status_code == 200
        assert not re.search(r'name="picks"[^>]*checked', page(response))

    def test_nothing_chosen_is_said_at_the_field(self, client, contest):
        a_work(contest)
        client.force_login(UserFactory())
        text = page(client.post(url("vote", contest), {}))
        assert "Choose a work first." in text

    def test_without_an_account_the_letter_comes_first(
        self, client, contest, now, time_machine
    ):
        work = a_work(contest, title="Chợ phiên")
        address = url("vote", contest)
        text = page(client.get(address))
        stamp = re.search(r'name="stamp" value="([^"]+)"', text)[1]
        time_machine.move_to(now + dt.timedelta(seconds=10), tick=False)
        sent = {"picks": work.pk, "email": "lan@example.com", "stamp": stamp}
        response = client.post(address, sent)
        assert response.url == url("vote_sent", contest)
        assert "look into your mailbox" in page(client.get(response.url))
        assert not Ballot.objects.exists()
        link = re.search(r"http\S+/binh-chon/\S+/", Letter.objects.get().text)[0]
        path = re.sub(r"^https?://[^/]+", "", link)
        assert "Chợ phiên" in page(client.get(path))
        assert not Ballot.objects.exists(), "opening the link changes nothing"
        response = client.post(path)
        assert response.url == url("vote_confirmed", contest)
        assert client.get(response.url).status_code == 200
        assert Ballot.objects.get().way == Ballot.Way.MAIL
        assert client.get(path).status_code == 410
        assert client.get(url("vote_confirm", contest, "x" * 43)).status_code == 404

    def test_the_same_page_for_known_and_unknown_mailboxes(
        self, client, contest, now, time_machine
    ):
        work, known = a_work(contest), UserFactory()
        seen = []
        for email in (known.email, "khong-ai@example.com"):
            text = page(client.get(url("vote", contest)))
            stamp = re.search(r'name="stamp" value="([^"]+)"', text)[1]
            time_machine.shift(dt.timedelta(seconds=10))
            sent = {"picks": work.pk, "email": email, "stamp": stamp}
            response = client.post(url("vote", contest), sent)
            seen.append((response.status_code, response.url))
        assert seen[0] == seen[1]

    def test_many_letters_to_one_mailbox_bring_the_challenge(self, client, contest):
        """Spellings with a tag are one mailbox here too."""
        from content.stamped import new_stamp
        from tests.factories.contests import MORNING

        work = a_work(contest)
        stamp = new_stamp(MORNING - dt.timedelta(minutes=1))
        text = ""
        for number in range(6):
            email = f"lan+{number}@example.com"
            sent = {"picks": work.pk, "email": email, "stamp": stamp}
            text = page(client.post(url("vote", contest), sent))
        assert "altcha" in text
        assert Letter.objects.count() < 6

    def test_a_school_votes_and_a_script_is_asked(self, client, contest, monkeypatch):
        from contests.voting import limits

        monkeypatch.setitem(limits.LIMITS, "network", "2/m/ip")
        work = a_work(contest)
        texts = []
        for _number in range(3):
            client.force_login(UserFactory())
            response = client.post(url("vote", contest), {"picks": work.pk})
            texts.append(page(response))
        assert Ballot.objects.count() == 2
        assert "altcha" in texts[2]

    def test_before_and_after_it_says_when(self, client, contest, time_machine):
        a_work(contest)
        time_machine.move_to(contest.vote_closes_at, tick=False)
        text = page(client.get(url("vote", contest)))
        assert "Voting closed at" in text
        assert "<form method" not in text.replace('class="display"', "")

    def test_without_a_vote_there_is_no_ballot(self, client):
        contest = a_vote(vote_opens_at=None, vote_closes_at=None)
        assert client.get(url("vote", contest)).status_code == 404

    def test_who_must_sign_in_is_told(self, client):
        contest = a_vote(vote_by_mail=False)
        a_work(contest)
        text = page(client.get(url("vote", contest)))
        assert f"{reverse('account_login')}?next={url('vote', contest)}" in text
        assert 'name="email"' not in text

    def test_the_contests_page_says_how_much_it_weighs(self, client, contest):
        text = page(client.get(contest.get_absolute_url()))
        assert "the jury alone decides" in text
        contest.vote_weight = 20
        contest.save()
        text = page(client.get(contest.get_absolute_url()))
        assert "the public vote is 20 percent" in text
        assert "the jury 80 percent" in text
