"""Rumours: reported once, counted when they come again, forgotten after 90 days."""

import datetime as dt

import pytest
from django.urls import reverse

from content.stamped import SOONEST, new_stamp
from members.models import Role
from news import desk, limits, rumours
from news.models import Rumour
from tests.factories.members import AssignmentFactory, UnitFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PAGE = "/tin-tuc/bao-tin-don/"


def told(now, *, text="Sắp thu phí căn cước", press="a" * 32, **more):
    values = {"url": "", "contact": ""} | more
    return rumours.report(text=text, press=press, now=now, **values)


def test_the_same_rumour_only_counts(now):
    told(now)
    again = told(now + DAY, text="sap thu  PHÍ căn cước", press="b" * 32)
    assert again.times == 2
    assert (again.first_at, again.last_at) == (now, now + DAY)
    assert Rumour.objects.get().text == "Sắp thu phí căn cước"


def test_pressed_twice_is_once(now):
    told(now)
    assert told(now).times == 1


def test_who_may_be_asked_back_stands_apart(now):
    told(now)
    told(now, contact="0912 345 678", press="b" * 32)
    assert Rumour.objects.count() == 2


@pytest.mark.parametrize(("age", "left"), [(90 * DAY, 1), (90 * DAY + DAY / 24, 0)])
def test_a_rumour_is_forgotten_after_90_days(now, age, left):
    told(now - age)
    rumours.purge(now=now)
    assert Rumour.objects.count() == left


# --- The form -------------------------------------------------------------------


@pytest.fixture
def clocked(client, monkeypatch, now):
    """A client whose requests happen at `now`."""
    monkeypatch.setattr("content.clock.now", lambda: now)
    return client


def send(client, now, **more):
    data = {"text": "Sắp thu phí căn cước", "stamp": new_stamp(now - SOONEST)}
    return client.post(PAGE, data | more)


def test_anybody_may_report(clocked, now):
    response = send(clocked, now, url="facebook.com/abc")
    assert response.status_code == 302
    rumour = Rumour.objects.get()
    assert (rumour.text, rumour.url) == (
        "Sắp thu phí căn cước",
        "https://facebook.com/abc",
    )
    page = clocked.get(response.url)
    assert "Cảm ơn" in page.content.decode()


def test_what_was_typed_comes_back_with_the_reason(clocked, now):
    response = send(clocked, now, url="không phải địa chỉ")
    assert not Rumour.objects.exists()
    assert "Sắp thu phí căn cước" in response.content.decode()
    assert "không phải địa chỉ" in response.content.decode()


def test_above_the_limit_the_device_does_a_little_work(clocked, now, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "rumour", "2/h/ip")
    for number in range(2):
        assert send(clocked, now, text=f"Tin {number}").status_code == 302
    response = send(clocked, now, text="Tin 2")
    assert response.status_code == 200
    assert "altcha" in response.content.decode()
    assert "blob:" in response.headers["Content-Security-Policy"]
    assert Rumour.objects.count() == 2


def test_the_form_is_kept_nowhere(client):
    assert "no-store" in client.get(PAGE).headers["Cache-Control"]


# --- Who sees them --------------------------------------------------------------


def test_editors_of_the_whole_site_find_it_on_their_desk(now, client):
    told(now)
    editor = AssignmentFactory(role=Role.EDITOR, unit=UnitFactory()).user
    [task] = desk.RumourTasks().tasks(editor, now)
    client.force_login(editor)
    assert "Sắp thu phí" in client.get(task.url).content.decode()


def test_a_commune_editor_sees_no_reader_s_telephone(now, client):
    told(now, contact="0912 345 678")
    commune = UnitFactory(parent=UnitFactory())
    editor = AssignmentFactory(role=Role.EDITOR, unit=commune).user
    assert list(desk.RumourTasks().tasks(editor, now)) == []
    client.force_login(editor)
    url = reverse("admin:news_rumour_changelist")
    assert client.get(url).status_code == 403
