"""Rooms of a session: chosen at sign-up, changed until the close, never overfull."""

import pytest
from django.urls import reverse

from tests.factories.members import UserFactory
from tests.factories.training import (
    RegistrationFactory,
    RemotePointFactory,
    SessionFactory,
    State,
)
from training import points
from training.actions import Refused
from training.models import Registration
from training.points import PointRefusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _english(client):
    from portal.language import COOKIE

    client.cookies[COOKIE] = "en"


@pytest.fixture
def member(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def session():
    return SessionFactory(mode="hybrid")


@pytest.fixture
def hall(session):
    return RemotePointFactory(
        session=session, name="Hội trường Ngân Sơn", contact="Anh Tùng 0912 345 678"
    )


@pytest.fixture
def small(session):
    return RemotePointFactory(session=session, name="Nhà văn hóa Chợ Mới", places=1)


def url(session, name="register"):
    return reverse(f"training:{name}", args=[session.slug])


def page(response):
    return response.content.decode()


def test_the_page_names_the_rooms_and_keeps_the_contact(client, session, hall):
    text = page(client.get(session.get_absolute_url()))

    assert hall.name in text
    assert "Anh Tùng" not in text


def test_the_room_is_asked_for_and_shown(client, member, session, hall, small):
    without = client.post(url(session), {"agreed": "on"})
    assert "Choose the room" in page(without)
    assert not Registration.objects.exists()

    client.post(url(session), {"agreed": "on", "point": small.pk})

    assert Registration.objects.get().point == small
    assert small.name in page(client.get(url(session)))


def test_whoever_was_signed_up_by_others_chooses_afterwards(
    client, member, session, hall
):
    mine = RegistrationFactory(session=session, person=member.person)
    assert "No room is chosen for you yet" in page(client.get(url(session)))

    client.post(url(session, "point"), {"point": hall.pk})

    mine.refresh_from_db()
    assert mine.point == hall


def test_the_contact_is_for_those_with_a_place(client, member, session, hall):
    RegistrationFactory(session=session, person=member.person, point=hall)

    assert "Anh Tùng" in page(client.get(url(session)))


def test_a_full_room_takes_nobody_and_the_sign_up_is_not_lost(
    client, member, session, hall, small
):
    RegistrationFactory(session=session, point=small)
    assert f"{small.name} (full)" in page(client.get(url(session)))

    response = client.post(url(session), {"agreed": "on", "point": small.pk})

    assert response.status_code == 409
    assert "This room is full" in page(response)
    assert Registration.objects.count() == 1
    session.refresh_from_db()
    assert session.confirmed == 1  # the counter went back with the row


def test_another_sessions_room_is_none(client, member, session, hall):
    other = RemotePointFactory()

    client.post(url(session), {"agreed": "on", "point": other.pk})

    assert not Registration.objects.exists()


def test_the_room_changes_until_sign_up_closes(
    client, member, session, hall, small, time_machine
):
    mine = RegistrationFactory(session=session, person=member.person, point=hall)

    client.post(url(session, "point"), {"point": small.pk})
    mine.refresh_from_db()
    assert mine.point == small

    time_machine.move_to(session.closes_at, tick=False)
    response = client.post(url(session, "point"), {"point": hall.pk})
    assert response.status_code == 409
    assert "the room stays" in page(response)
    mine.refresh_from_db()
    assert mine.point == small


def test_whoever_moved_up_into_a_full_room_is_told(
    client, member, session, hall, small
):
    RegistrationFactory(session=session, point=small)
    RegistrationFactory(session=session, person=member.person, point=small)

    assert "than it holds" in page(client.get(url(session)))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": State.CANCELLED}, PointRefusal.NO_SIGN_UP),
        ({"session__state": "cancelled"}, PointRefusal.CLOSED),
        ({}, None),
    ],
)
def test_why_a_room_stays(now, fields, reason):
    registration = RegistrationFactory(**fields)

    assert points.why_not_choose(registration, now=now) == reason


def test_people_in_line_fill_no_room(session, small, now):
    RegistrationFactory(session=session, point=small, state=State.WAITING)
    other = RegistrationFactory(session=session)

    points.choose(registration_id=other.pk, point_id=small.pk, by=None, now=now)

    third = RegistrationFactory(session=session)
    with pytest.raises(Refused):
        points.choose(registration_id=third.pk, point_id=small.pk, by=None, now=now)
