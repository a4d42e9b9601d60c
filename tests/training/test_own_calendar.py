"""The calendar of one person, for whoever knows its secret address."""

import datetime as dt

import pytest
from django.urls import reverse
from icalendar import Calendar

from tests.factories.members import PersonFactory, UserFactory
from tests.factories.training import RegistrationFactory, SessionFactory
from training import own_calendar
from training.models import CalendarFeed

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def member(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def address(client, member):
    page = client.get(reverse("training:my_calendar"))
    return page.context["address"]


def events(client, address):
    path = "/" + address.split("/", 3)[3]
    response = client.get(path)
    assert response.status_code == 200
    return [
        event
        for event in Calendar.from_ical(response.content).walk()
        if event.name == "VEVENT"
    ]


def test_places_with_their_links_and_nothing_else(client, member, address):
    online = SessionFactory(online=True, title="Lớp tối")
    row = RegistrationFactory(session=online, person=member.person)
    RegistrationFactory(person=member.person, state="waiting")
    RegistrationFactory(session=SessionFactory())
    client.logout()
    (event,) = events(client, address)
    assert event["summary"] == "Lớp tối"
    assert event["location"] == online.meeting_link
    assert event["uid"].startswith(row.code.hex)


def test_a_cancelled_session_stays_as_cancelled(client, member, address):
    RegistrationFactory(session__state="cancelled", person=member.person)
    assert events(client, address)[0]["status"] == "CANCELLED"


def test_what_is_long_over_leaves(client, member, address, now):
    old = SessionFactory(
        opens_at=now - 90 * DAY,
        closes_at=now - 80 * DAY,
        starts_at=now - 70 * DAY,
        ends_at=now - 69 * DAY,
    )
    RegistrationFactory(session=old, person=member.person)
    assert events(client, address) == []


def test_a_new_address_ends_the_old_one(client, member, address):
    path = "/" + address.split("/", 3)[3]
    client.post(reverse("training:my_calendar"))
    assert client.get(path).status_code == 404
    again = client.get(reverse("training:my_calendar")).context["address"]
    assert again != address
    assert events(client, again) == []


@pytest.mark.parametrize("key", ["x", "0" * 43, "a%20b"])
def test_a_guessed_address_finds_nobody(client, key):
    assert client.get(f"/tap-huan/lich-cua-toi/{key}.ics").status_code == 404


def test_strangers_sign_in_first(client):
    response = client.get(reverse("training:my_calendar"))
    assert "login" in response["Location"]


def test_an_account_without_a_name_is_told_what_to_do(client):
    client.force_login(UserFactory(person=None))
    assert client.get(reverse("training:my_calendar")).status_code == 200


def test_an_address_is_no_page_to_keep(client, address):
    response = client.get("/" + address.split("/", 3)[3])
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_merged_records_keep_one_address(now):
    keep, drop = PersonFactory(), PersonFactory()
    own_calendar.address_of(drop, now=now)
    own_calendar.MergeFeeds().merge(keep, drop)
    assert CalendarFeed.objects.get().person == keep
    own_calendar.address_of(drop, now=now)
    own_calendar.MergeFeeds().merge(keep, drop)
    assert CalendarFeed.objects.get().person == keep


def test_queries_do_not_grow(client, member, address, django_assert_max_num_queries):
    unit = SessionFactory().unit
    for _ in range(12):
        RegistrationFactory(session=SessionFactory(unit=unit), person=member.person)
    client.logout()
    events(client, address)  # facts of sessions are kept a minute
    with django_assert_max_num_queries(4):
        assert len(events(client, address)) == 12
