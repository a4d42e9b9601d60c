"""What stays readable without a network: addresses, headers, whose it is."""

import datetime as dt
import json
import re

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse

from content import clock
from members.models import User
from portal import offline
from tests.factories.members import UserFactory
from tests.factories.training import RegistrationFactory, SessionFactory
from training import passes
from training.models import Registration, TrainingSession

pytestmark = pytest.mark.django_db
WORKER = "/ngoai-tuyen.js"
PAGE = "/ngoai-tuyen/"
OWN = "/ngoai-tuyen/cua-toi/"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _on(settings):
    settings.OFFLINE_COPIES = True


@pytest.fixture
def now() -> dt.datetime:
    """Pages go by the clock."""
    return clock.now()


@pytest.fixture
def member(client) -> User:
    user = UserFactory()
    client.force_login(user)
    return user


def place(user: User, now, *, days=3, state="confirmed", **session) -> Registration:
    starts = now + days * DAY
    row = SessionFactory(
        opens_at=starts - 9 * DAY,
        closes_at=starts - DAY,
        starts_at=starts,
        ends_at=starts + DAY / 6,
        **session,
    )
    return RegistrationFactory(session=row, person=user.person, state=state)


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def mark_in(html: str) -> str:
    return re.search(r'<meta name="account" content="(\w+)">', html)[1]


def told(script: str) -> dict:
    """What the worker is told, as its JSON.parse would read it."""
    written = re.search(r'JSON\.parse\("(.*)"\)', script)[1]
    return json.loads(json.loads(f'"{written}"'))


class TestWorker:
    def test_it_reaches_the_whole_site_and_is_asked_for_each_time(self, client):
        response = client.get(WORKER)

        assert response["Content-Type"] == "text/javascript"
        assert response["Cache-Control"] == "no-cache"
        assert "'self'" in response["Content-Security-Policy"]
        assert not response.cookies

    def test_it_is_the_same_for_everybody(self, client, member):
        for_member = text_of(client.get(WORKER))
        client.post("/ngon-ngu/", {"language": "en"})
        in_english = text_of(client.get(WORKER))
        client.logout()

        assert for_member == in_english == text_of(client.get(WORKER))

    def test_it_knows_its_addresses_and_both_languages(self, client):
        known = told(text_of(client.get(WORKER)))

        assert known["offline"] == PAGE
        assert known["own"] == OWN
        assert known["signOut"] == reverse("account_logout")
        assert known["files"] == settings.STATIC_URL
        assert set(known["texts"]) == {"vi", "en"}
        assert all("{time}" in text for text in known["texts"].values())
        assert known["texts"]["vi"] != known["texts"]["en"]

    def test_switched_off_it_leaves_and_takes_all_along(self, client, settings):
        settings.OFFLINE_COPIES = False

        script = text_of(client.get(WORKER))
        assert "registration.unregister()" in script
        assert "fetch" not in script
        assert "data-offline" not in text_of(client.get("/"))

    @pytest.mark.parametrize(
        ("name", "given"),
        [
            ("news:article", {"slug": "bai-viet", "pk": 7}),
            ("safety:hub", {}),
        ],
    )
    def test_articles_and_safety_pages_are_kept(self, name, given):
        assert re.search(offline.PAGES, reverse(name, kwargs=given))

    def test_no_other_page_without_a_number_is(self):
        plain = [
            f"/{route[0][0][0]}"
            for route in get_resolver().reverse_dict.values()
            if not route[0][0][1]
        ]
        assert len(plain) > 30
        assert {x for x in plain if re.search(offline.PAGES, x)} <= {"/an-toan-so/"}

    @pytest.mark.parametrize(
        "address",
        [
            "/tin-tuc/gui-bai/",
            "/tin-tuc/gui-bai/12/",
            "/tin-tuc/xem-truoc/abc-1/",
            "/tin-tuc/luu-tru/2026/5/",
            "/cuoc-thi/bai-thi/abc-1/",
            "/quan-tri/tin-tuc/bai-viet-7/",
            "/tap-huan/lop-7/dang-ky/",
        ],
    )
    def test_no_form_and_no_preview_is(self, address):
        assert not re.search(offline.PAGES, address)

    @pytest.mark.parametrize("name", ["admin:index", "judging:list"])
    def test_admin_and_judging_are_left_alone(self, name):
        assert re.search(offline.NOT_OURS, reverse(name))


class TestPageForAllOthers:
    def test_it_knows_nobody(self, client, member):
        html = text_of(client.get(PAGE))

        assert 'name="account"' not in html
        assert "csrfmiddlewaretoken" not in html
        assert member.person.full_name not in html

    def test_it_speaks_the_language_of_its_reader(self, client):
        assert "Không có mạng" in text_of(client.get(PAGE))
        client.post("/ngon-ngu/", {"language": "en"})
        assert "No network" in text_of(client.get(PAGE))

    def test_the_worker_finds_the_place_for_what_can_be_read(self, client):
        assert re.search(r"<p data-kept>[^<]+</p>", text_of(client.get(PAGE)))


class TestMark:
    def test_a_visitors_page_carries_none(self, client):
        html = text_of(client.get("/"))

        assert f'data-offline="{WORKER}"' in html
        assert 'name="account"' not in html

    def test_it_is_one_for_an_account_and_tells_nothing(self, client, member):
        first = mark_in(text_of(client.get("/")))
        assert first == mark_in(text_of(client.get(OWN)))
        assert re.fullmatch(r"[0-9a-f]{16}", first)

        other = UserFactory()
        client.force_login(other)
        assert mark_in(text_of(client.get("/"))) != first


class TestOwnSessions:
    def test_a_visitor_is_sent_to_the_door(self, client):
        response = client.get(OWN)

        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]

    def test_they_stand_with_code_and_place_the_next_first(self, client, member, now):
        later = place(member, now, days=5, title="Lớp sau")
        soon = place(member, now, days=2, title="Lớp trước", venue="Hội trường xã")

        response = client.get(OWN)
        html = text_of(response)
        assert "no-store" in response["Cache-Control"]
        assert html.index("Lớp trước") < html.index("Lớp sau")
        assert "Hội trường xã" in html
        for sign_up in (later, soon):
            assert passes.spaced(sign_up.code) in html
        assert html.count("<svg") >= 2

    def test_only_own_and_only_places_that_are_sure(self, client, member, now):
        place(UserFactory(), now, title="Lớp của người khác")
        place(member, now, title="Lớp còn chờ", state="pending")
        place(member, now, title="Lớp đã qua", days=-20)
        place(member, now, title="Lớp bị hủy")
        cancelled = TrainingSession.State.CANCELLED
        TrainingSession.objects.filter(title="Lớp bị hủy").update(state=cancelled)

        html = text_of(client.get(OWN))
        assert "Lớp " not in html

    def test_online_there_is_no_code_to_show(self, client, member, now):
        sign_up = place(member, now, mode=TrainingSession.Mode.ONLINE)

        assert passes.spaced(sign_up.code) not in text_of(client.get(OWN))

    def test_an_account_without_a_person_has_none(self, client):
        client.force_login(UserFactory(person=None))

        assert "Bạn chưa có chỗ" in text_of(client.get(OWN))

    def test_many_cost_as_much_as_one(
        self, client, member, now, django_assert_num_queries
    ):
        place(member, now)
        with django_assert_num_queries(1):
            assert len(offline.own_sessions(member.person, now)) == 1
        for days in range(2, 10):
            place(member, now, days=days)
        with django_assert_num_queries(1):
            rows = offline.own_sessions(member.person, now)
        assert len(rows) == offline.MOST_SESSIONS


def test_signing_out_tells_the_browser_to_forget(client, member):
    leave = reverse("account_logout")
    assert not client.get(leave).has_header("Clear-Site-Data")

    response = client.post(leave)
    # "storage" would take marks of a desk along that were not sent yet.
    assert response["Clear-Site-Data"] == '"cache"'
