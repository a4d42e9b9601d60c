"""What the cache promises, asked at the door; other files go into its parts."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction

from content import pagecache
from news.models import Article
from tests.content.door import Door
from tests.factories.members import UserFactory
from tests.factories.news import PublishedFactory, SectionFactory
from tests.factories.training import SessionFactory
from training.models import TrainingSession

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
LIST = "/tin-tuc/"


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def door(clock) -> Door:
    return Door()


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed():` a transaction that commits at its end."""

    def begin():
        # What the test did so far was there before; it never commits by itself.
        connection.run_on_commit = []
        return django_capture_on_commit_callbacks(execute=True)

    return begin


class TestHit:
    def test_the_second_visitor_gets_the_same_page_without_django(self, door):
        first, second = door.get(LIST), door.get(LIST)
        assert (first.rendered, second.rendered) == (1, 0)
        assert first.status == second.status == 200
        assert first.text == second.text
        assert first.headers == second.headers

    def test_a_second_process_gets_it_from_the_first(self, door):
        first, other = door.get(LIST), Door().get(LIST)
        assert other.rendered == 0
        assert (other.text, other.headers) == (first.text, first.headers)

    def test_it_is_the_page_that_django_gives(self, door, client):
        PublishedFactory()
        got, bare = door.get(LIST), client.get(LIST)
        assert got.text == bare.text
        ours = {"ETag", "Content-Length", "Cache-Control", "Vary"}
        assert {k: v for k, v in got.headers.items() if k not in ours} == {
            k: v for k, v in bare.headers.items() if k not in ours
        }
        assert "default-src 'self'" in got.headers["Content-Security-Policy"]
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Content-Language"] == "vi"

    def test_says_how_long_it_may_be_kept_and_what_it_depends_on(self, door):
        headers = door.get(LIST).headers
        assert headers["Cache-Control"] == "max-age=0, s-maxage=1"
        assert headers["Vary"] == "Accept-Encoding, Cookie"

    def test_head_is_get_without_the_body(self, door):
        head = door.get(LIST, method="HEAD")
        got = door.get(LIST)
        assert got.rendered == 0
        assert head.body == b""
        assert head.headers == got.headers
        assert int(got.headers["Content-Length"]) == len(got.body)


class TestChanges:
    def test_publishing_shows(self, door, committed, now):
        article = PublishedFactory(state="approved", publish_at=None)
        assert article.title not in door.get(LIST).text
        with committed():
            article.state, article.publish_at = "published", now
            article.save()
        assert article.title in door.half_a_second_later().get(LIST).text

    def test_other_areas_stay(self, door, committed):
        article = PublishedFactory()
        door.get("/tap-huan/")
        with committed():
            article.save()
        assert door.half_a_second_later().get("/tap-huan/").rendered == 0

    def test_deleting_shows(self, door, committed):
        article = PublishedFactory()
        assert article.title in door.get(LIST).text
        with committed():
            article.delete()
        assert article.title not in door.half_a_second_later().get(LIST).text

    def test_what_is_rolled_back_touches_nothing(self, door):
        door.get(LIST)
        PublishedFactory()  # never commits in this test
        assert door.half_a_second_later().get(LIST).rendered == 0

    def test_update_says_it_itself(self, door, committed):
        article = PublishedFactory()
        door.get(LIST)
        with committed():
            Article.objects.filter(pk=article.pk).update(title="Tiêu đề mới")
            pagecache.touch("news")
        assert "Tiêu đề mới" in door.half_a_second_later().get(LIST).text

    def test_an_import_speaks_once(self, committed):
        with committed() as callbacks:
            PublishedFactory.create_batch(5, section=SectionFactory())
            pagecache.touch("news")
        said = [call.args for call in callbacks if hasattr(call, "args")]
        assert said.count(("news",)) == 1

    def test_a_rolled_back_savepoint_swallows_no_word(self, committed):
        with committed() as callbacks:
            with transaction.atomic():
                point = transaction.savepoint()
                pagecache.touch("news")
                transaction.savepoint_rollback(point)
            pagecache.touch("news")
        assert [call.args for call in callbacks] == [("news",)]

    def test_a_page_rendered_from_old_data_is_not_kept_for_the_new(
        self, door, committed
    ):
        """The change commits while the page is being rendered."""
        django = door.django

        def slow(environ, start):
            response = django(environ, start)
            with committed():
                PublishedFactory(title="Vừa xong")
            return response

        door.django = slow
        assert "Vừa xong" not in door.get(LIST).text
        door.django = django
        assert "Vừa xong" in door.half_a_second_later().get(LIST).text


class TestMoments:
    def test_an_article_appears_at_its_time_and_goes_at_its_end(self, door, clock, now):
        article = PublishedFactory(publish_at=now + MINUTE, expire_at=now + 2 * MINUTE)
        seen = {}
        for seconds in (0, 59.9, 60, 119.9, 120):
            clock.move_to(now + dt.timedelta(seconds=seconds))
            seen[seconds] = article.title in door.half_a_second_later().get(LIST).text
        assert seen == {0: False, 59.9: False, 60: True, 119.9: True, 120: False}

    @pytest.mark.parametrize("page", ["/", "/tap-huan/", "session"])
    def test_signing_up_opens_and_closes_at_its_times(self, door, clock, now, page):
        session = SessionFactory(
            opens_at=now + MINUTE, closes_at=now + 2 * MINUTE, capacity=7
        )
        page = session.get_absolute_url() if page == "session" else page
        words = "7/7 chỗ"
        assert words not in door.get(page).text
        clock.move_to(now + MINUTE)
        assert words in door.half_a_second_later().get(page).text
        clock.move_to(now + 2 * MINUTE)
        assert words not in door.half_a_second_later().get(page).text

    def test_midnight_in_viet_nam_ends_every_page(self, door, clock):
        clock.move_to(dt.datetime(2026, 11, 23, 16, 59, tzinfo=dt.UTC))
        door.get("/to-cong-nghe-so/so-lieu/")
        clock.move_to(dt.datetime(2026, 11, 23, 16, 59, 59, tzinfo=dt.UTC))
        assert door.get("/to-cong-nghe-so/so-lieu/").rendered == 0
        clock.move_to(dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC))
        assert door.get("/to-cong-nghe-so/so-lieu/").rendered == 1

    def test_after_five_minutes_it_is_made_anew(self, door, clock, now):
        door.get(LIST)
        clock.move_to(now + 5 * MINUTE - dt.timedelta(seconds=1))
        assert door.get(LIST).rendered == 0
        clock.move_to(now + 5 * MINUTE)
        assert door.get(LIST).rendered == 1

    def test_the_next_moment_is_asked_once_for_a_version(
        self, door, now, django_assert_num_queries
    ):
        PublishedFactory(publish_at=now + DAY)
        door.get("/tin-tuc/rss/")
        with django_assert_num_queries(1):
            door.get("/tin-tuc/atom/")

    def test_a_shifted_clock_shifts_the_pages(self, clock, now, settings):
        article = PublishedFactory(publish_at=now + DAY)
        settings.CLOCK_OFFSET = DAY - MINUTE
        door = Door()
        assert article.title not in door.get(LIST).text
        clock.move_to(now + MINUTE)
        assert article.title in door.get(LIST).text


class TestPlaces:
    """Signing people up rebuilds no page, and every page says the right number."""

    PAGES = "/", "/tap-huan/", "session"

    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_tells_the_places_left_now(self, door, page):
        session = SessionFactory(capacity=9)
        page = session.get_absolute_url() if page == "session" else page
        assert "9/9 chỗ" in door.get(page).text
        TrainingSession.objects.filter(pk=session.pk).update(confirmed=2)
        assert "9/9 chỗ" in door.get(page).text
        later = door.a_second_later().get(page)
        assert later.rendered == 0
        assert "7/9 chỗ" in later.text
        assert "9/9 chỗ" not in later.text
        assert "\0" not in later.text

    def test_a_full_session_changes_word_shape_and_step(self, door, client):
        session = SessionFactory(capacity=9)
        page = session.get_absolute_url()
        before = door.get(page).text
        TrainingSession.objects.filter(pk=session.pk).update(
            confirmed=9, line_length=3, line_tail=3
        )
        later = door.a_second_later().get(page)
        assert later.rendered == 0
        assert later.text == client.get(page).text != before

    def test_tag_and_length_follow(self, door):
        session = SessionFactory(capacity=9)
        before = door.get("/tap-huan/", accept_encoding="br")
        TrainingSession.objects.filter(pk=session.pk).update(confirmed=9)
        after = door.a_second_later().get(
            "/tap-huan/",
            accept_encoding="br",
            if_none_match=before.headers["ETag"],
        )
        assert after.status == 200
        assert int(after.headers["Content-Length"]) == len(after.body)
        assert after.text != before.text

    def test_all_parts_of_all_pages_take_one_query(
        self, door, django_assert_num_queries
    ):
        for session in SessionFactory.create_batch(3):
            door.get(session.get_absolute_url())
        door.get("/tap-huan/")
        with django_assert_num_queries(1):
            door.a_second_later().get("/tap-huan/")
        with django_assert_num_queries(0):
            door.get("/tap-huan/")

    def test_a_page_from_another_process_tells_the_places_left_now(self, door):
        session = SessionFactory(capacity=9)
        door.get("/tap-huan/")
        TrainingSession.objects.filter(pk=session.pk).update(confirmed=9)
        other = Door().get("/tap-huan/")
        assert other.rendered == 0
        assert "9/9 chỗ" not in other.text

    def test_each_language_has_its_words(self, door):
        session = SessionFactory(capacity=9)
        english = {"cookie": f"{settings.LANGUAGE_COOKIE_NAME}=en"}
        door.get("/tap-huan/")
        door.get("/tap-huan/", **english)
        TrainingSession.objects.filter(pk=session.pk).update(confirmed=2)
        assert "7/9 chỗ" in door.a_second_later().get("/tap-huan/").text
        assert "7 of 9 places left" in door.get("/tap-huan/", **english).text

    def test_a_signed_in_page_has_no_marks(self, client):
        session = SessionFactory()
        client.force_login(UserFactory())
        assert b"\0" not in client.get(session.get_absolute_url()).content
        assert b"\0" not in client.get("/tap-huan/").content


class TestNotKept:
    def test_for_somebody_signed_in(self, door, client):
        client.force_login(UserFactory())
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies['sessionid'].value}"
        door.get(LIST)
        mine = [door.get(LIST, cookie=cookie) for _ in range(2)]
        assert [got.rendered for got in mine] == [1, 1]
        assert "no-store" in mine[0].headers["Cache-Control"]
        assert door.get(LIST).text != mine[0].text

    @pytest.mark.parametrize("cookie", ["sessionid=", "sessionid=x; a=b", "messages=x"])
    def test_with_a_cookie_of_one_person(self, door, cookie):
        door.get(LIST)
        assert door.get(LIST, cookie=cookie).rendered == 1

    @pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "get", "PROPFIND"])
    def test_another_method(self, door, method):
        door.get(LIST)
        assert door.get(LIST, method=method).rendered == 1

    @pytest.mark.parametrize(
        "page", ["/tim-kiem/", "/tai-khoan/login/", "/healthz", "/ngon-ngu/", "/x/"]
    )
    def test_a_page_that_is_not_public(self, door, page):
        assert [door.get(page).rendered for _ in range(2)] == [1, 1]

    def test_what_is_not_there(self, door, committed):
        article = PublishedFactory()
        wrong = f"/tin-tuc/sai-{article.pk}/"
        assert [door.get(wrong).status for _ in range(2)] == [301, 301]
        assert door.get("/tin-tuc/khong-co-999999/").status == 404
        assert len(door.cache.store) == 0

    def test_a_draft_and_its_preview(self, door, client):
        session = SessionFactory(state="draft")
        page = session.get_absolute_url()
        assert [door.get(page).status for _ in range(2)] == [404, 404]
        assert len(door.cache.store) == 0

    def test_a_page_that_sets_a_cookie(self, door):
        django = door.django

        def chatty(environ, start):
            def with_cookie(status, headers, *rest):
                return start(status, [*headers, ("Set-Cookie", "a=b")], *rest)

            return django(environ, with_cookie)

        door.django = chatty
        got = [door.get(LIST) for _ in range(2)]
        assert [each.rendered for each in got] == [1, 1]
        assert "Set-Cookie" in got[0].headers

    def test_two_languages_are_two_pages(self, door):
        cookie = f"{settings.LANGUAGE_COOKIE_NAME}=en"
        assert "Tin tức" in door.get(LIST).text
        english = door.get(LIST, cookie=cookie)
        assert english.headers["Content-Language"] == "en"
        assert 'lang="en"' in english.text
        assert door.get(LIST, cookie=cookie).rendered == 0
        assert door.get(LIST).headers["Content-Language"] == "vi"
