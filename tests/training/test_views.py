"""What visitors see: lists, sign-up, places in line, giving a place back."""

import datetime as dt
import logging

import pytest
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from mail.models import Letter
from members.models import Consent, GuardianRequest, Person, Role
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.training import (
    MaterialFactory,
    RegistrationFactory,
    RemotePointFactory,
    SessionFactory,
    SlotFactory,
    State,
)
from training import actions, links, locks
from training.models import Registration

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
MEETING = "https://hop.example.com/lop-an-toan-so"
SENTENCE = "Tick the box"


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _english(client):
    """English pages, so that these tests do not change with the catalogue."""
    from portal.language import COOKIE

    client.cookies[COOKIE] = "en"


@pytest.fixture
def member(client):
    """Somebody known, signed in."""
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def newcomer(client):
    """An account that has not said who it is."""
    user = UserFactory(person=None)
    client.force_login(user)
    return user


def url(name, session):
    return reverse(f"training:{name}", args=[session.slug])


def page(response):
    return response.content.decode()


PROFILE = {
    "full_name": "Triệu Thị Ước",
    "birth_date": "19/05/2004",
    "phone": "0912 345 678",
    "unit": "",
}


class TestList:
    def test_it_shows_what_lies_ahead_and_what_is_open_first(self, client, now):
        soon = SessionFactory(
            title="Lớp chưa mở",
            starts_at=now + 5 * DAY,
            opens_at=now + DAY,
            closes_at=now + 4 * DAY,
        )
        later = SessionFactory(title="Lớp đang mở", starts_at=now + 20 * DAY)
        SessionFactory(title="Bản nháp", state="draft")
        SessionFactory(
            title="Đã qua",
            starts_at=now - 2 * DAY,
            opens_at=now - 9 * DAY,
            closes_at=now - 3 * DAY,
        )

        text = page(client.get(reverse("training:list")))

        assert text.index(later.title) < text.index(soon.title)
        assert "Bản nháp" not in text
        assert "Đã qua" not in text

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"capacity": 120}, "120 of 120 places left"),
            ({"capacity": 4}, "4 of 4 places left"),
            ({"capacity": 1, "confirmed": 1}, "Full, waiting list open"),
            (
                {"capacity": 1, "confirmed": 1, "has_waiting_list": False},
                "Full",
            ),
            ({"state": "cancelled"}, "Cancelled"),
        ],
    )
    def test_each_row_says_in_words_how_it_stands(self, client, fields, words):
        SessionFactory(**fields)

        assert words in page(client.get(reverse("training:list")))

    def test_the_length_of_the_line_is_told(self, client):
        session = SessionFactory(capacity=1, confirmed=1)
        for _ in range(3):
            RegistrationFactory(session=session, state=State.WAITING)

        text = page(client.get(reverse("training:list")))

        assert "Full, waiting list open (3 waiting)" in text

    def test_an_empty_list_says_what_to_do(self, client):
        response = client.get(reverse("training:list"))

        assert response.status_code == 200
        assert reverse("news:list") in page(response)

    @pytest.mark.parametrize("number", [1, 3])
    def test_many_rows_ask_as_many_questions_as_one(
        self, client, number, django_assert_num_queries
    ):
        for _ in range(number):
            SessionFactory()

        with django_assert_num_queries(4):  # the rows, their number, kinds, units
            client.get(reverse("training:list"))

    def test_it_has_pages(self, client):
        SessionFactory.create_batch(21)

        assert client.get(reverse("training:list"), {"page": 2}).status_code == 200
        for wrong in ("3", "0", "-1", "abc", "9" * 400, "１"):
            response = client.get(reverse("training:list"), {"page": wrong})
            assert response.status_code == 404

    def test_anonymous_pages_carry_no_token_and_touch_no_session(self, client):
        session = SessionFactory()

        for address in (reverse("training:list"), session.get_absolute_url()):
            response = client.get(address)
            assert "csrfmiddlewaretoken" not in page(response)
            assert not response.cookies


class TestSession:
    def test_it_says_all_that_is_needed_to_decide(self, client, now):
        session = SessionFactory(min_age=16, max_age=30, audience_unit=UnitFactory())
        SlotFactory(session=session)

        text = page(client.get(session.get_absolute_url()))

        assert "08:00–11:30" in text
        assert "Thursday 3 December 2026" in text
        assert "30 of 30 places left" in text
        assert "Tuesday 1 December 2026, 09:00" in text
        assert session.audience_unit.name in text
        assert url("register", session) in text
        assert "openstreetmap.org/search?query=" in text

    @pytest.mark.parametrize("number", [1, 3])
    def test_it_asks_few_questions(self, client, number, django_assert_num_queries):
        session = SessionFactory(audience_unit=UnitFactory())
        for hours in range(number):
            start = session.starts_at + hours * HOUR
            SlotFactory(session=session, starts_at=start)
            RegistrationFactory(session=session)
            RemotePointFactory(session=session)
            MaterialFactory(session=session)

        with django_assert_num_queries(4):
            client.get(session.get_absolute_url())

    def test_a_member_costs_few_more(self, client, member, django_assert_num_queries):
        session = SessionFactory()

        with django_assert_num_queries(6):
            client.get(session.get_absolute_url())

    def test_the_meeting_is_for_those_with_a_place(self, client, member):
        session = SessionFactory(online=True)

        assert MEETING not in page(client.get(session.get_absolute_url()))

        RegistrationFactory(session=session, person=member.person)
        assert MEETING in page(client.get(session.get_absolute_url()))

    @pytest.mark.parametrize("state", [State.WAITING, State.PENDING])
    def test_and_not_for_those_without(self, client, member, state):
        session = SessionFactory(online=True)
        RegistrationFactory(session=session, person=member.person, state=state)

        text = page(client.get(session.get_absolute_url()))

        assert MEETING not in text
        assert "See my sign-up" in text

    def test_that_one_would_wait_is_said_before_pressing(self, client):
        session = SessionFactory(capacity=1, confirmed=1)
        RegistrationFactory(session=session, state=State.WAITING)

        text = page(client.get(session.get_absolute_url()))

        assert "Join the waiting list" in text
        assert "1 person waits already" in text

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"needs_approval": True}, "Ask for a place"),
            ({"state": "cancelled"}, "This session was cancelled"),
            (
                {"capacity": 1, "confirmed": 1, "has_waiting_list": False},
                "there is no waiting list",
            ),
        ],
    )
    def test_one_obvious_next_step(self, client, fields, words):
        session = SessionFactory(**fields)

        assert words in page(client.get(session.get_absolute_url()))

    def test_before_and_after_the_window_it_says_when(self, client, now, time_machine):
        session = SessionFactory(opens_at=now + HOUR)

        assert "Sign-up opens at" in page(client.get(session.get_absolute_url()))
        time_machine.move_to(session.closes_at, tick=False)
        assert "Sign-up closed at" in page(client.get(session.get_absolute_url()))

    def test_whom_the_session_is_not_for_is_told_why(self, client, member):
        session = SessionFactory(max_age=20)

        text = page(client.get(session.get_absolute_url()))

        assert "aged up to 20" in text
        assert url("register", session) not in text

    def test_the_description_is_shown_as_it_was_cleaned(self, client):
        session = SessionFactory(description="<h2>Nội dung</h2><script>x()</script>")

        text = page(client.get(session.get_absolute_url()))

        assert "<h2>Nội dung</h2>" in text
        assert "x()" not in text

    def test_a_draft_is_there_for_those_who_manage_it(self, client, member):
        session = SessionFactory(state="draft")

        assert client.get(session.get_absolute_url()).status_code == 404
        AssignmentFactory(user=member, role=Role.TRAINING_ORGANISER, unit=session.unit)
        assert client.get(session.get_absolute_url()).status_code == 200

    @pytest.mark.parametrize(
        "path",
        ["khong-co", "x" * 500, "%00", "%ED%A0%80", "an-toan-so-1'--", "tập-huấn"],
    )
    def test_what_is_not_there_is_not_found(self, client, path):
        response = client.get(f"/tap-huan/{path}/")

        assert response.status_code in {400, 404}

    def test_it_only_shows(self, client):
        session = SessionFactory()

        assert client.post(session.get_absolute_url()).status_code == 405


class TestRegister:
    def test_a_stranger_signs_in_and_comes_back(self, client):
        session = SessionFactory()

        response = client.get(url("register", session))

        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))
        assert url("register", session) in response.url

    def test_a_known_member_needs_a_tick_and_a_button(self, client, member, now):
        session = SessionFactory()

        form = page(client.get(url("register", session)))
        assert "full_name" not in form
        assert "checked" not in form
        assert "You get your place at once." in form

        response = client.post(url("register", session), {"agreed": "on"}, follow=True)

        sign_up = Registration.objects.get()
        assert (sign_up.person, sign_up.state) == (member.person, State.CONFIRMED)
        assert sign_up.registered_by == member
        assert response.redirect_chain == [(url("register", session), 302)]
        assert "You have a place" in page(response)
        consent = Consent.objects.get()
        assert consent.person == member.person
        assert consent.about == f"training.session:{session.pk}"
        assert consent.method == Consent.Method.OWN_FORM
        assert consent.given_at == now

    def test_without_the_tick_nobody_is_signed_up(self, client, member):
        session = SessionFactory()

        response = client.post(url("register", session), {})

        assert SENTENCE in page(response)
        assert not Registration.objects.exists()
        assert not Consent.objects.exists()

    def test_pressing_twice_is_one_sign_up(self, client, member):
        session = SessionFactory()

        for _ in range(2):
            response = client.post(url("register", session), {"agreed": "on"})
            assert response.status_code == 302

        assert Registration.objects.count() == Letter.objects.count() == 1

    def test_a_newcomer_says_who_they_are_once(self, client, newcomer):
        session = SessionFactory()
        form = page(client.get(url("register", session)))
        assert 'name="full_name"' in form

        client.post(url("register", session), PROFILE | {"agreed": "on"})

        person = Person.objects.get()
        assert person.full_name == "Triệu Thị Ước"
        assert person.birth_date == dt.date(2004, 5, 19)
        assert person.phone == "+84912345678"
        assert Registration.objects.get().person == person
        other = page(client.get(url("register", SessionFactory())))
        assert 'name="full_name"' not in other

    def test_a_wrong_answer_gives_everything_back(self, client, newcomer):
        session = SessionFactory()
        wrong = PROFILE | {"birth_date": "31/02/2004", "agreed": "on"}

        text = page(client.post(url("register", session), wrong))

        assert "Triệu Thị Ước" in text
        assert "31/02/2004" in text
        assert "0912 345 678" in text
        assert not Person.objects.exists()

    def test_a_child_is_told_to_ask_the_parents(self, client, newcomer):
        session = SessionFactory()
        child = PROFILE | {"birth_date": "05/09/2013", "agreed": "on"}

        response = client.post(url("register", session), child)

        assert response.status_code == 409
        assert "parent or guardian" in page(response)
        assert not Registration.objects.exists()

    def test_a_child_names_a_parent_who_is_asked_by_a_letter(self, client, newcomer):
        session = SessionFactory()
        child = PROFILE | {"birth_date": "05/09/2013", "agreed": "on"}
        text = page(client.post(url("register", session), child))
        assert 'name="guardian_name"' in text
        asked = {
            "guardian_name": "Triệu Văn Sơn",
            "relation": "bố",
            "email": "bo@example.com",
            "ask_guardian": "1",
        }

        response = client.post(url("register", session), asked, follow=True)

        assert "We wrote to Triệu Văn Sơn" in page(response)
        letter = Letter.objects.get()
        assert letter.address == "bo@example.com"
        assert letter.secret
        request = GuardianRequest.objects.get()
        assert request.about == f"training.session:{session.pk}"
        assert request.matter == session.title

        guardian = request.guardian
        ConsentFactory(person=guardian.child, guardian=guardian, about=request.about)
        client.post(url("register", session), {"agreed": "on"})
        assert Registration.objects.get().person == guardian.child

    def test_a_child_cannot_be_its_own_guardian(self, client, member):
        Person.objects.filter(pk=member.person_id).update(
            birth_date=dt.date(2013, 9, 5), birth_year=2013
        )
        asked = {
            "guardian_name": "Lý Thị Lan",
            "relation": "mẹ",
            "email": member.email,
            "ask_guardian": "1",
        }

        response = client.post(url("register", SessionFactory()), asked)

        assert response.status_code == 409
        assert "own address" in page(response)
        assert "Lý Thị Lan" in page(response)
        assert not Letter.objects.exists()

    def test_a_full_session_gives_a_place_in_line(self, client, member):
        session = SessionFactory(capacity=1)
        RegistrationFactory(session=session)
        for _ in range(2):
            RegistrationFactory(session=session, state=State.WAITING)
        form = page(client.get(url("register", session)))
        assert "Join the waiting list" in form

        response = client.post(url("register", session), {"agreed": "on"}, follow=True)

        assert "2 people before you" in page(response)

    def test_the_place_in_line_closes_up(self, client, member, now):
        session = SessionFactory(capacity=1)
        RegistrationFactory(session=session)
        ahead = RegistrationFactory(session=session, state=State.WAITING)
        RegistrationFactory(session=session, person=member.person, state=State.WAITING)
        actions.cancel(registration_id=ahead.pk, by=None, now=now)

        text = page(client.get(url("register", session)))

        assert "You are the first on the waiting list." in text

    def test_a_deadline_that_passes_while_typing_gives_the_words_back(
        self, client, newcomer, time_machine
    ):
        session = SessionFactory()
        client.get(url("register", session))
        time_machine.move_to(session.closes_at, tick=False)

        response = client.post(url("register", session), PROFILE | {"agreed": "on"})

        assert response.status_code == 409
        text = page(response)
        assert "Sign-up closed at" in text
        assert "Triệu Thị Ước" in text
        assert "0912 345 678" in text
        assert not Registration.objects.exists()

    def test_a_session_that_fills_meanwhile_refuses_with_the_words(
        self, client, newcomer
    ):
        session = SessionFactory(capacity=1, has_waiting_list=False)
        client.get(url("register", session))
        RegistrationFactory(session=session)

        response = client.post(url("register", session), PROFILE | {"agreed": "on"})

        assert response.status_code == 409
        assert "there is no waiting list" in page(response)
        assert "Triệu Thị Ước" in page(response)

    def test_whoever_was_signed_out_while_typing_finds_the_words_again(self, client):
        session, user = SessionFactory(), UserFactory(person=None)

        response = client.post(url("register", session), PROFILE | {"agreed": "on"})
        assert response.status_code == 302
        client.force_login(user)
        text = page(client.get(url("register", session)))

        assert "Triệu Thị Ước" in text
        assert "19/05/2004" in text
        assert "checked" not in text

    def test_a_busy_session_asks_to_press_again_and_keeps_the_words(
        self, client, newcomer, monkeypatch
    ):
        session = SessionFactory()

        def busy(session_id):
            raise actions.Busy

        monkeypatch.setattr(locks, "lock", busy)
        response = client.post(url("register", session), PROFILE | {"agreed": "on"})

        assert response.status_code == 503
        assert response["Retry-After"] == "3"
        assert "Press the button again" in page(response)
        assert "checked" in page(response)

    @pytest.mark.parametrize(
        "name",
        ["\x00", "\ud800".encode("utf-8", "surrogatepass"), "x" * 100_000, "<b>", " "],
        ids=["nul", "surrogate", "long", "tag", "blank"],
    )
    def test_hostile_words_are_answered_with_a_page(self, client, newcomer, name):
        session = SessionFactory()

        response = client.post(
            url("register", session), PROFILE | {"full_name": name, "agreed": "on"}
        )

        assert response.status_code in {200, 400}
        assert not Registration.objects.exists()

    def test_a_decomposed_name_is_stored_composed(self, client, newcomer):
        import unicodedata

        typed = unicodedata.normalize("NFD", "Triệu Thị Ước")
        client.post(
            url("register", SessionFactory()),
            PROFILE | {"full_name": typed, "agreed": "on"},
        )

        assert Person.objects.get().full_name == "Triệu Thị Ước"

    def test_after_the_end_nothing_is_promised_any_more(
        self, client, member, time_machine
    ):
        session = SessionFactory()
        RegistrationFactory(session=session, person=member.person)
        time_machine.move_to(session.ends_at, tick=False)

        text = page(client.get(url("register", session)))

        assert "Over" in text
        assert "See you there" not in text
        assert "Cancel my sign-up" not in text

    def test_the_result_is_never_kept_by_a_cache(self, client, member):
        session = SessionFactory()
        RegistrationFactory(session=session, person=member.person)

        response = client.get(url("register", session))

        assert "no-store" in response["Cache-Control"]


class TestCancel:
    def placed(self, person=None):
        return RegistrationFactory(person=person or PersonFactory())

    def link(self, sign_up):
        address = links.cancel_url(sign_up.session.slug, sign_up.code)
        return address.removeprefix("http://127.0.0.1:8000")

    def test_a_stranger_without_a_link_signs_in(self, client):
        response = client.get(url("cancel", self.placed().session))

        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))

    def test_looking_does_nothing(self, client, member):
        sign_up = self.placed(member.person)

        text = page(client.get(url("cancel", sign_up.session)))

        sign_up.refresh_from_db()
        assert sign_up.state == State.CONFIRMED
        assert "Cancel my sign-up" in text

    def test_the_button_does_it_once(self, client, member):
        sign_up = self.placed(member.person)
        address = url("cancel", sign_up.session)

        first = client.post(address, follow=True)
        second = client.post(address, follow=True)

        sign_up.refresh_from_db()
        assert sign_up.state == State.CANCELLED
        for response in (first, second):
            assert "Your sign-up is cancelled." in page(response)
        assert Letter.objects.count() == 1

    def test_the_link_of_a_letter_works_without_signing_in(self, client):
        sign_up = self.placed()
        address = self.link(sign_up)
        assert "Cancel my sign-up" in page(client.get(address))

        token = links.cancel_token(sign_up.code)
        response = client.post(
            url("cancel", sign_up.session), {links.PARAMETER: token}, follow=True
        )

        sign_up.refresh_from_db()
        assert sign_up.state == State.CANCELLED
        assert "Your sign-up is cancelled." in page(response)
        assert "Your sign-up is cancelled." in page(client.get(address))

    def test_the_link_is_for_its_own_sign_up_even_when_somebody_is_signed_in(
        self, client, member
    ):
        sign_up = self.placed()
        mine = RegistrationFactory(session=sign_up.session, person=member.person)

        client.post(self.link(sign_up))

        sign_up.refresh_from_db()
        mine.refresh_from_db()
        assert (sign_up.state, mine.state) == (State.CANCELLED, State.CONFIRMED)

    def test_a_link_that_is_not_ours_finds_nothing(self, client, caplog):
        sign_up, other = self.placed(), self.placed()
        address = url("cancel", sign_up.session)

        for token in ("x:y", "\x00", links.cancel_token(other.code)):
            response = client.get(address, {links.PARAMETER: token})
            assert response.status_code in {400, 404}

        assert "a link for training.cancel that we did not write" in caplog.text
        assert "x:y" not in caplog.text

    def test_a_used_link_is_answered_politely_and_noted(self, client, caplog):
        sign_up = self.placed()
        link = {links.PARAMETER: links.cancel_token(sign_up.code)}
        client.post(url("cancel", sign_up.session), link)

        with caplog.at_level(logging.INFO, "training.views"):
            response = client.post(url("cancel", sign_up.session), link, follow=True)

        assert response.status_code == 200
        assert f"cancel link of sign-up {sign_up.pk} used again" in caplog.text

    def test_after_the_start_it_is_too_late(self, client, member, time_machine):
        sign_up = self.placed(member.person)
        time_machine.move_to(sign_up.session.starts_at, tick=False)

        response = client.post(url("cancel", sign_up.session))

        assert response.status_code == 409
        assert "can no longer be given back" in page(response)
        sign_up.refresh_from_db()
        assert sign_up.state == State.CONFIRMED

    def test_whoever_has_no_sign_up_has_nothing_to_cancel(self, client, member):
        assert client.get(url("cancel", SessionFactory())).status_code == 404

    def test_a_busy_session_asks_to_press_again(self, client, member, monkeypatch):
        sign_up = self.placed(member.person)

        def busy(session_id):
            raise actions.Busy

        monkeypatch.setattr(locks, "lock", busy)
        response = client.post(url("cancel", sign_up.session))

        assert response.status_code == 503
        assert "Press the button again" in page(response)


class TestCalendar:
    def event(self, response):
        assert response["Content-Type"].startswith("text/calendar")
        (event,) = Calendar.from_ical(response.content).walk("VEVENT")
        return event

    def test_anybody_may_put_it_into_their_calendar(self, client):
        session = SessionFactory(online=True)

        response = client.get(url("calendar", session))

        event = self.event(response)
        assert event["dtstart"].dt == session.starts_at
        assert MEETING not in response.content.decode().replace("\r\n ", "")
        assert "attachment" in response["Content-Disposition"]

    def test_whoever_has_a_place_gets_the_link_and_the_entry_of_the_letter(
        self, client, member
    ):
        session = SessionFactory(online=True)
        sign_up = RegistrationFactory(session=session, person=member.person)

        response = client.get(url("calendar", session))

        event = self.event(response)
        assert str(event["uid"]).startswith(sign_up.code.hex)
        assert MEETING in response.content.decode().replace("\r\n ", "")
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize("state", ["draft", "cancelled"])
    def test_what_does_not_take_place_has_no_entry(self, client, state):
        session = SessionFactory(state=state)

        assert client.get(url("calendar", session)).status_code == 404


def test_the_pages_are_vietnamese_by_default(client):
    client.cookies.clear()
    session = SessionFactory()

    with translation.override(None):
        text = page(client.get(session.get_absolute_url()))

    assert '<html lang="vi"' in text
    assert "Thứ Năm 03/12/2026" in text
