"""Whoever others signed up is asked by letter: answers, a room, another room."""

import datetime as dt

import pytest
from django.urls import reverse

from mail.models import Letter
from tests.factories.members import PersonFactory, UnitFactory, UserFactory
from tests.factories.training import (
    AnswerFactory,
    QuestionFactory,
    RegistrationFactory,
    RemotePointFactory,
    SessionFactory,
    State,
)
from training import actions, asking, emails, links, points, signing_up
from training.answers import Told, name_of
from training.asking import AskedRefusal
from training.models import Answer, Registration
from training.reminders import SessionReminders

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _english(client):
    from portal.language import COOKIE

    client.cookies[COOKIE] = "en"


@pytest.fixture
def session():
    return SessionFactory(mode="hybrid", capacity=3)


@pytest.fixture
def question(session):
    return QuestionFactory(session=session, text="Cỡ áo", required=True)


@pytest.fixture
def hall(session):
    return RemotePointFactory(
        session=session, name="Hội trường Ngân Sơn", contact="Anh Tùng 0912 345 678"
    )


@pytest.fixture
def small(session):
    return RemotePointFactory(session=session, name="Nhà văn hóa Chợ Mới", places=1)


def listed(session, now, *people, **kwargs):
    return actions.register_group(
        session_id=session.pk,
        people=people or [PersonFactory()],
        unit=UnitFactory(),
        by=UserFactory(),
        now=now,
        **kwargs,
    ).registrations


def alone(session, now, told=None):
    return signing_up.sign_up(
        session_id=session.pk,
        person=PersonFactory(),
        told=told or Told(),
        by=None,
        now=now,
    )


def letter_to(registration):
    """The latest one, as it leaves: asked once more whether it is still true."""
    letter = Letter.objects.filter(about_id=registration.pk).latest("pk")
    verdict = emails.recheck(letter, registration.registered_at)
    return getattr(verdict, "content", letter).text


def link_of(registration):
    return links.asked_url(registration.session.slug, registration.code)


class TestWhoLacks:
    def lacks(self, one):
        by_itself = Registration.objects.get(pk=one.pk).lacks
        assert Registration.objects.with_lacks().get(pk=one.pk).lacks == by_itself
        return by_itself

    def test_an_answer_that_is_insisted_on(self, question):
        one = RegistrationFactory(session=question.session)
        assert self.lacks(one)

        AnswerFactory(question=question, registration=one)
        assert not self.lacks(one)

    def test_not_one_that_may_be_left_out_nor_of_another_session(self, session):
        QuestionFactory(session=session)
        QuestionFactory(required=True)

        assert not self.lacks(RegistrationFactory(session=session))

    def test_a_room_where_there_are_rooms(self, session, hall):
        assert self.lacks(RegistrationFactory(session=session))
        assert not self.lacks(RegistrationFactory(session=session, point=hall))

    def test_whoever_got_a_place_when_the_room_was_full(self, session, small, now):
        later = RegistrationFactory(
            session=session, point=small, confirmed_at=now + MINUTE
        )
        first = RegistrationFactory(session=session, point=small, confirmed_at=now)
        waiting = RegistrationFactory(session=session, point=small, state=State.WAITING)

        assert [self.lacks(one) for one in (first, later, waiting)] == [
            False,
            True,
            False,
        ]


class TestLetters:
    def test_whoever_is_listed_gets_the_link(self, session, question, now):
        (one,) = listed(session, now)

        assert link_of(one) in letter_to(one)

    def test_whoever_answered_by_the_list_does_not(self, session, question, now):
        person = PersonFactory()
        told = {person.pk: Told(answers=[(question, "M")])}
        (one,) = listed(session, now, person, told=told)

        assert one.answers.get().value == "M"
        assert "/bo-sung/" not in letter_to(one)

    def test_nor_whoever_signs_up_themselves(self, session, question, now):
        one = alone(session, now, Told(answers=[(question, "M")]))

        assert "/bo-sung/" not in letter_to(one)

    def test_it_goes_from_a_letter_that_has_not_left_yet(self, session, question, now):
        (one,) = listed(session, now)
        AnswerFactory(registration=one, question=question)

        assert "/bo-sung/" not in letter_to(one)

    def test_where_nothing_is_asked_nothing_is_looked_up(
        self, session, now, django_assert_max_num_queries
    ):
        people = PersonFactory.create_batch(3)
        with django_assert_max_num_queries(40) as asked:
            listed(session, now, *people)

        assert not any("training_answer" in one["sql"] for one in asked)

    def test_many_are_looked_up_at_once(self, question, now):
        def questions(number):
            session = SessionFactory(capacity=50)
            QuestionFactory(session=session, required=True)
            people = PersonFactory.create_batch(number)
            return session, people

        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        looked = []
        for number in (2, 9):
            session, people = questions(number)
            with CaptureQueriesContext(connection) as asked:
                listed(session, now, *people)
            looked.append(sum("training_answer" in one["sql"] for one in asked))
        assert looked[0] == looked[1] == 1

    def test_reminders_ask_again(self, session, question, now):
        one = RegistrationFactory(session=session)
        session.reminder_leads = [24]
        session.save()
        due = session.starts_at - dt.timedelta(hours=24)

        (draft,) = SessionReminders().due(due)

        assert link_of(one) in draft.content.text

    def test_whoever_is_called_off_is_not_asked(self, session, question, now):
        (one,) = listed(session, now)
        actions.cancel_session(session_id=session.pk, by=None, now=now)

        letter = Letter.objects.filter(about_id=one.pk).latest("pk")
        assert "/bo-sung/" not in letter.text


class TestRooms:
    def test_the_letter_and_the_calendar_name_the_room(self, session, hall, now):
        one = alone(session, now, Told(point=hall))

        letter = Letter.objects.get()
        renewed = emails.recheck(letter, now)
        assert "Hội trường Ngân Sơn" in renewed.content.text
        assert "Anh Tùng 0912 345 678" in renewed.content.text
        (entry,) = renewed.attachments
        assert "LOCATION:Hội trường Ngân Sơn" in entry["content"].replace("\r\n ", "")
        assert one.point == hall

    def test_who_waits_hears_the_room_and_not_whom_to_ring(self, session, hall, now):
        for _ in range(3):
            alone(session, now, Told(point=hall))
        waiting = alone(session, now, Told(point=hall))

        text = letter_to(waiting)

        assert "Hội trường Ngân Sơn" in text
        assert "0912 345 678" not in text

    def test_promoted_into_a_full_room_they_are_asked_for_another(
        self, session, hall, small, now
    ):
        placed = alone(session, now, Told(point=small))
        holders = [alone(session, now, Told(point=hall)) for _ in range(2)]
        waiting = alone(session, now, Told(point=small))

        actions.cancel(registration_id=holders[0].pk, by=None, now=now + MINUTE)

        waiting.refresh_from_db()
        assert waiting.state == State.CONFIRMED
        assert link_of(waiting) in letter_to(waiting)
        assert "/bo-sung/" not in letter_to(placed)

    def test_a_room_that_moved_is_told_to_those_in_it(self, session, hall, small, now):
        here = alone(session, now, Told(point=hall))
        alone(session, now, Told(point=small))
        hall.address = "Thôn Nà Tu"
        hall.save()

        actions.revise(
            session_id=session.pk, changes={}, by=None, now=now, rooms_changed={hall.pk}
        )

        changed = Letter.objects.get(kind="training.changed")
        assert changed.about_id == here.pk
        assert "Thôn Nà Tu" in changed.text

    def test_a_list_seats_as_many_as_the_room_holds(self, session, small, now):
        people = PersonFactory.create_batch(2)
        told = {one.pk: Told(point=small) for one in people}

        rows = listed(session, now, *people, told=told)

        assert [row.point for row in rows] == [small, None]
        assert link_of(rows[1]) in letter_to(rows[1])


class TestPage:
    def page(self, response):
        return response.content.decode()

    def test_by_the_link_without_an_account(self, client, question, hall, now):
        (one,) = listed(question.session, now)
        asked = self.page(client.get(link_of(one)))
        assert question.text in asked
        assert hall.name in asked

        token = links.asked_token(one.code)
        response = client.post(
            reverse("training:asked", args=[one.session.slug]),
            {links.PARAMETER: token, name_of(question): "L", "point": hall.pk},
            follow=True,
        )

        assert "we know all we need" in self.page(response)
        assert one.answers.get().value == "L"
        one.refresh_from_db()
        assert one.point == hall

    def test_looking_does_nothing_and_a_wrong_answer_is_given_back(
        self, client, session, question, hall, now
    ):
        (one,) = listed(session, now)
        client.get(link_of(one))
        data = {links.PARAMETER: links.asked_token(one.code), name_of(question): "XL"}

        text = self.page(client.post(link_of(one), data))

        assert "XL" in text
        assert "Choose the room" in text
        assert not Answer.objects.exists()

    def test_what_was_answered_stays(self, client, session, question, now):
        (one,) = listed(session, now)
        AnswerFactory(registration=one, question=question, value="S")
        data = {links.PARAMETER: links.asked_token(one.code), name_of(question): "L"}

        client.post(link_of(one), data)

        assert Answer.objects.get().value == "S"

    def test_pressed_twice_it_is_kept_once(self, session, question, now):
        (one,) = listed(session, now)
        for said in ("M", "L"):
            asking.tell(
                registration_id=one.pk,
                told=Told(answers=[(question, said)]),
                by=None,
                now=now,
            )

        assert Answer.objects.get().value == "M"

    def test_a_room_that_filled_up_meanwhile_gives_the_rest_back(
        self, client, session, question, hall, small, now
    ):
        (one,) = listed(session, now)
        RegistrationFactory(session=session, point=small)
        data = {
            links.PARAMETER: links.asked_token(one.code),
            name_of(question): "L",
            "point": small.pk,
        }

        response = client.post(link_of(one), data)

        assert response.status_code == 409
        assert "This room is full" in self.page(response)
        assert 'value="L"' in self.page(response)
        assert not Answer.objects.exists()

    @pytest.mark.parametrize("kind", ["", "x", "cancel"])
    def test_a_link_that_is_not_ours_finds_nobody(self, client, session, now, kind):
        (one,) = listed(session, now)
        token = links.cancel_token(one.code) if kind == "cancel" else kind
        client.force_login(UserFactory())

        address = reverse("training:asked", args=[session.slug])

        assert client.get(address, {links.PARAMETER: token}).status_code == 404

    def test_signed_in_the_page_of_the_sign_up_leads_there(
        self, client, session, question
    ):
        user = UserFactory()
        RegistrationFactory(session=session, person=user.person)
        client.force_login(user)
        address = reverse("training:asked", args=[session.slug])

        own = reverse("training:register", args=[session.slug])
        assert address in self.page(client.get(own))
        assert question.text in self.page(client.get(address))
        client.post(address, {name_of(question): "M"})

        assert address not in self.page(client.get(own))

    def test_a_stranger_signs_in_first(self, client, session):
        address = reverse("training:asked", args=[session.slug])

        assert client.get(address).status_code == 302

    def test_the_room_may_be_chosen_after_the_close_by_whoever_must(
        self, session, hall, small, now
    ):
        (one,) = listed(session, now)
        late = session.starts_at - MINUTE

        points.choose(registration_id=one.pk, point_id=hall.pk, by=None, now=late)

        one.refresh_from_db()
        assert points.why_not_choose(one, now=late) is points.PointRefusal.CLOSED


@pytest.mark.parametrize(
    ("fields", "minutes", "reason"),
    [
        ({}, -1, None),
        ({}, 0, AskedRefusal.STARTED),
        ({"state": State.CANCELLED}, -1, AskedRefusal.GONE),
        ({"session__state": "cancelled"}, -1, AskedRefusal.OFF),
    ],
)
def test_until_when(now, fields, minutes, reason):
    one = RegistrationFactory(**fields)
    moment = one.session.starts_at + minutes * MINUTE

    assert asking.why_not_tell(one, now=moment) is reason
