"""The public calendar: filters, a month, what is over, series, the feed."""

import datetime as dt
import json
import re

import pytest
from django.urls import resolve, reverse
from icalendar import Calendar

from content.pagecache.views import public_view
from tests.factories.members import UnitFactory
from tests.factories.training import (
    RegistrationFactory,
    SeriesFactory,
    SessionFactory,
    SessionKindFactory,
    SlotFactory,
    State,
)
from training import listing

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MEETING = "https://hop.example.com/lop-an-toan-so"


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _english(client):
    from portal.language import COOKIE

    client.cookies[COOKIE] = "en"


def page(response):
    return response.content.decode()


def held(now, **fields):
    """A session that ended yesterday."""
    times = {"opens_at": now - 30 * DAY, "closes_at": now - 9 * DAY}
    times |= {"starts_at": now - 2 * DAY, "ends_at": now - DAY}
    return SessionFactory(**times | fields)


class TestFilters:
    @pytest.fixture
    def sessions(self):
        host = UnitFactory(name="Đoàn xã Nà Phặc")
        below = UnitFactory(parent=host, name="Chi đoàn Bản Cầy")
        talk = SessionKindFactory(code="dien-dan", name="Diễn đàn")
        online = SessionFactory(title="Lớp trực tuyến", online=True)
        SessionFactory(title="Lớp của xã", unit=below)
        SessionFactory(title="Diễn đàn trẻ", kind=talk)
        full = SessionFactory(title="Lớp đã đầy", capacity=1)
        RegistrationFactory(session=full)
        queued = SessionFactory(title="Lớp có người chờ", capacity=2)
        RegistrationFactory(session=queued, state=State.WAITING)
        return {"host": host, "online": online}

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("?loai=dien-dan", {"Diễn đàn trẻ"}),
            ("?cach=truc-tuyen", {"Lớp trực tuyến"}),
            (
                "?cach=tai-cho",
                {"Lớp của xã", "Diễn đàn trẻ", "Lớp đã đầy", "Lớp có người chờ"},
            ),
            ("?con-cho=1", {"Lớp trực tuyến", "Lớp của xã", "Diễn đàn trẻ"}),
            ("?loai=dien-dan&cach=truc-tuyen", set()),
            ("?loai=&don-vi=&cach=", None),
        ],
    )
    def test_each_narrows_and_together_they_narrow_more(
        self, client, sessions, query, shown
    ):
        text = page(client.get(reverse("training:list") + query))

        every = {"Lớp trực tuyến", "Lớp của xã", "Diễn đàn trẻ"}
        every |= {"Lớp đã đầy", "Lớp có người chờ"}
        rows = text.partition('<ul class="rows">')[2]
        assert {title for title in every if title in rows} == (
            every if shown is None else shown
        )
        if shown == set():
            assert "No session fits" in text

    def test_a_unit_stands_for_all_below_it(self, client, sessions):
        response = client.get(
            reverse("training:list"), {"don-vi": sessions["host"].slug}
        )

        assert "Lớp của xã" in page(response)
        assert "Diễn đàn trẻ" not in page(response)

    @pytest.mark.parametrize(
        "query",
        ["don-vi=khong-co", "cach=x", "con-cho=2", "loai=" + "x" * 200, "loai=%00"],
    )
    @pytest.mark.parametrize("name", ["list", "this_month", "archive", "feed"])
    def test_what_nobody_can_have_chosen_is_not_found(self, client, name, query):
        response = client.get(f"{reverse(f'training:{name}')}?{query}")

        assert response.status_code in {400, 404}

    def test_free_places_are_never_kept_by_the_page_cache(self):
        for name in ("list", "this_month", "archive", "feed"):
            kept = public_view(reverse(f"training:{name}")).query
            assert listing.FREE not in kept
            assert set(listing.CACHED) <= kept

    def test_the_form_keeps_what_was_chosen(self, client, sessions):
        text = page(client.get(reverse("training:list") + "?loai=dien-dan&con-cho=1"))

        assert '<option value="dien-dan" selected>' in text
        assert 'name="con-cho" value="1" checked' in text


class TestArchive:
    def test_the_latest_first_and_nothing_that_was_called_off(self, client, now):
        held(now, title="Lớp vừa xong")
        older = {"starts_at": now - 90 * DAY, "ends_at": now - 89 * DAY}
        older |= {"opens_at": now - 120 * DAY, "closes_at": now - 100 * DAY}
        held(now, title="Lớp mùa hè", **older)
        held(now, title="Lớp đã hủy", state="cancelled")
        SessionFactory(title="Lớp sắp tới")

        text = page(client.get(reverse("training:archive")))

        assert text.index("Lớp vừa xong") < text.index("Lớp mùa hè")
        assert "Lớp đã hủy" not in text
        assert "Lớp sắp tới" not in text

    @pytest.mark.parametrize("number", [1, 3])
    def test_many_rows_take_the_queries_of_one(
        self, client, now, number, django_assert_num_queries
    ):
        for _ in range(number):
            held(now)

        with django_assert_num_queries(4):
            client.get(reverse("training:archive"))


class TestMonth:
    def cells(self, client, year=2026, month=12):
        text = page(client.get(reverse("training:month", args=[year, month])))
        found = re.findall(
            r'<td role="cell"\s+class="month-busy[^"]*">(.*?)</td>', text, re.DOTALL
        )
        return [re.sub(r"<[^>]+>|\s+", " ", cell) for cell in found]

    def test_a_session_stands_on_the_days_of_its_half_days(self, client, now):
        session = SessionFactory(
            title="Ba thứ Bảy", ends_at=now + 30 * DAY, starts_at=now + 10 * DAY
        )
        for days in (10, 17, 24):
            SlotFactory(session=session, starts_at=now + days * DAY)

        days = [cell.split()[0] for cell in self.cells(client)]

        assert days == ["3", "10", "17"]

    def test_without_half_days_on_every_day_it_lasts(self, client, now):
        start = now + 10 * DAY
        SessionFactory(starts_at=start, ends_at=start + 2 * DAY)

        assert [cell.split()[0] for cell in self.cells(client)] == ["3", "4", "5"]

    def test_drafts_stay_away_and_what_is_off_says_so(self, client):
        SessionFactory(title="Bản nháp", state="draft")
        SessionFactory(title="Bị hủy", state="cancelled")

        (cell,) = self.cells(client)

        assert "Bản nháp" not in cell
        assert "Cancelled: Bị hủy" in " ".join(cell.split())

    @pytest.mark.parametrize(
        ("year", "month"), [(1999, 1), (2026, 13), (2026, 0), (2031, 5), (9999, 12)]
    )
    def test_months_far_off_are_not_found(self, client, year, month):
        SessionFactory()

        response = client.get(f"/tap-huan/thang/{year}/{month}/")

        assert response.status_code == 404

    def test_the_ways_on_keep_the_filters_and_end_with_the_sessions(self, client):
        SessionFactory()

        text = page(client.get(reverse("training:this_month") + "?cach=tai-cho"))

        assert "/tap-huan/thang/2026/12/?cach=tai-cho" in text
        assert "/tap-huan/thang/2026/10/" not in text
        last = page(client.get(reverse("training:month", args=[2026, 12])))
        assert "/tap-huan/thang/2027/1/" not in last

    @pytest.mark.parametrize("number", [1, 3])
    def test_many_sessions_take_the_queries_of_one(
        self, client, number, django_assert_num_queries
    ):
        for _ in range(number):
            SlotFactory()

        # The edges, the sessions, their half-days, kinds, units.
        with django_assert_num_queries(5):
            client.get(reverse("training:month", args=[2026, 12]))


class TestSeries:
    def test_it_lists_what_comes_and_what_was(self, client, now):
        series = SeriesFactory(title="Mùa đông học số")
        held(now, title="Bài một", series=series)
        SessionFactory(title="Bài hai", series=series)
        SessionFactory(title="Bài ba", series=series, state="draft")

        text = page(client.get(series.get_absolute_url()))

        assert (
            text.index("Bài hai") < text.index("Already held") < text.index("Bài một")
        )
        assert "Bài ba" not in text

    def test_one_without_anything_public_is_not_there(self, client):
        series = SeriesFactory()
        SessionFactory(series=series, state="draft")

        assert client.get(series.get_absolute_url()).status_code == 404

    def test_a_session_leads_to_its_series(self, client):
        session = SessionFactory(series=SeriesFactory())

        text = page(client.get(session.get_absolute_url()))

        assert session.series.get_absolute_url() in text

    def test_its_address_is_no_sessions_address(self):
        assert resolve("/tap-huan/chuoi/dang-ky/").url_name == "series"


class TestFeed:
    def events(self, client, query=""):
        response = client.get(reverse("training:feed") + query)
        assert response["Content-Type"].startswith("text/calendar")
        calendar = Calendar.from_ical(response.content)
        return {str(event["summary"]): event for event in calendar.walk("VEVENT")}

    def test_every_public_session_stands_in_it_once(self, client, now):
        SessionFactory(title="Sắp tới")
        held(now, title="Vừa xong")
        SessionFactory(title="Bản nháp", state="draft")
        SessionFactory(title="Bị hủy", state="cancelled")
        long_ago = {"starts_at": now - 190 * DAY, "ends_at": now - 189 * DAY}
        long_ago |= {"opens_at": now - 220 * DAY, "closes_at": now - 200 * DAY}
        held(now, title="Năm ngoái", **long_ago)

        events = self.events(client)

        assert set(events) == {"Sắp tới", "Vừa xong", "Bị hủy"}
        assert events["Bị hủy"]["status"] == "CANCELLED"
        assert len({str(event["uid"]) for event in events.values()}) == 3

    def test_the_link_to_the_meeting_is_not_in_it(self, client):
        SessionFactory(online=True)

        text = client.get(reverse("training:feed")).content.decode()

        assert MEETING not in text.replace("\r\n ", "")

    def test_filters_hold_and_the_same_sessions_make_the_same_text(self, client):
        SessionFactory(title="Tại chỗ")
        SessionFactory(title="Trực tuyến", online=True)

        assert set(self.events(client, "?cach=truc-tuyen")) == {"Trực tuyến"}
        one, other = (client.get(reverse("training:feed")).content for _ in range(2))
        assert one == other

    @pytest.mark.parametrize("number", [1, 3])
    def test_many_sessions_take_the_queries_of_one(
        self, client, number, django_assert_num_queries
    ):
        for _ in range(number):
            SlotFactory()

        with django_assert_num_queries(2):
            client.get(reverse("training:feed"))


def test_the_page_says_for_which_group_a_session_is(client):
    session = SessionFactory(audience_group="digital_team_members")

    text = page(client.get(session.get_absolute_url()))

    assert "Members of community digital teams" in text


class TestShared:
    def told(self, client, session):
        text = page(client.get(session.get_absolute_url()))
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)
        return json.loads(found[1]) if found else None

    @pytest.mark.parametrize(
        ("mode", "kinds", "attendance"),
        [
            ("onsite", ["Place"], "Offline"),
            ("online", ["VirtualLocation"], "Online"),
            ("hybrid", ["Place", "VirtualLocation"], "Mixed"),
        ],
    )
    def test_search_engines_are_told_where_and_when(
        self, client, mode, kinds, attendance
    ):
        venue = "" if mode == "online" else "Hội trường </script><b>"
        session = SessionFactory(mode=mode, venue=venue, meeting_link=MEETING)

        told = self.told(client, session)

        assert told["@type"] == "Event"
        assert told["startDate"] == "2026-12-03T08:00:00+07:00"
        assert attendance in told["eventAttendanceMode"]
        places = told["location"]
        places = places if isinstance(places, list) else [places]
        assert [place["@type"] for place in places] == kinds
        assert MEETING not in json.dumps(told)

    def test_what_is_off_says_so_and_a_draft_says_nothing(self, client, admin_client):
        off = SessionFactory(state="cancelled")
        draft = SessionFactory(state="draft")

        assert self.told(client, off)["eventStatus"].endswith("EventCancelled")
        assert self.told(admin_client, draft) is None

    def test_a_link_in_a_chat_shows_the_drawn_card(self, client):
        session = SessionFactory(title="Ước mơ ngày Tết: ưỡn, ẫm, ợt")
        text = page(client.get(session.get_absolute_url()))
        address = re.search(r'og:image" content="https?://[^/]+([^"]+)"', text)[1]

        response = client.get(address)
        assert response["Content-Type"] == "image/jpeg"
        assert response.content.startswith(b"\xff\xd8")
        old = re.sub(r"-[0-9a-f]{12}\.jpg", "-000000000000.jpg", address)
        assert client.get(old).url == address

    def test_there_is_a_text_for_zalo(self, client):
        session = SessionFactory()

        text = page(client.get(session.get_absolute_url()))

        area = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)[1]
        assert session.title in area
        assert f"Where: {session.venue}" in area
        assert "Sign up until: Tuesday 1 December 2026, 09:00" in area
        assert session.get_absolute_url() in area
