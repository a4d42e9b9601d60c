"""The search page: what everybody may see, grouped by kind, calm whatever is typed."""

import datetime as dt
import re

import pytest
import time_machine

from content.search import finding, words
from content.search.sources import registry
from news.models import Tag
from tests.content.test_search import HOSTILE
from tests.factories.contests import ContestFactory
from tests.factories.news import ArticleFactory, PublishedFactory, SectionFactory
from tests.factories.teams import TeamFactory
from tests.factories.training import SessionFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
PAGE = "/tim-kiem/"
# A lone surrogate has no form in which it could be sent.
SENT = [typed for typed in HOSTILE if typed != "\ud800"]


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"


def ask(client, q, **more):
    return client.get(PAGE, {"q": q} | more)


def test_each_kind_has_its_group(client):
    article = PublishedFactory(title="An toàn số cho bà con")
    session = SessionFactory(title="Lớp an toàn số")
    team = TeamFactory(name="Tổ an toàn số Nà Tu")
    contest = ContestFactory(title="Ý tưởng an toàn số")
    html = ask(client, "an toan so").content.decode()
    for row in (article, session, team, contest):
        assert f'href="{row.get_absolute_url()}"' in html
    for heading in ("Tin tức", "Tập huấn", "Tổ công nghệ số", "Cuộc thi"):
        assert re.search(rf'<h2 id="kind-\w+">{heading}', html), heading
    assert "<mark>an</mark> <mark>toàn</mark> <mark>số</mark>" in html


def test_each_column_that_is_promised_is_searched(client):
    PublishedFactory(title="Một", lead="đèn dầu", body="<p>khuyến <b>nông</b></p>")
    SessionFactory(title="Hai", summary="đèn dầu", venue="chợ Khuyến nông")
    TeamFactory(name="Tổ Ba", area="khuyến nông, đèn dầu")
    ContestFactory(title="Bốn: khuyến nông", summary="đèn dầu")
    for typed in ("den dau", "khuyen nong"):
        groups = ask(client, typed).context["groups"]
        keys = {group.source.key for group in groups} - {"pages"}
        assert sorted(keys) == ["contests", "news", "teams", "training"], typed


def test_what_is_not_public_is_not_found(client, now):
    ArticleFactory(title="Kín một")
    PublishedFactory(title="Kín hai", publish_at=now + DAY)
    PublishedFactory(title="Kín ba", publish_at=now - DAY, expire_at=now)
    SessionFactory(title="Kín bốn", state="draft")
    TeamFactory(name="Kín năm", is_public=False)
    ContestFactory(title="Kín bảy", state="draft")
    TeamFactory(name="Kín sáu", active_to=(now - 2 * DAY).date())
    response = ask(client, "kin")
    found = {group.source.key for group in response.context["groups"]}
    assert found <= {"pages"}  # the terms ask to keep codes secret ("kín")
    assert "Kín" not in response.content.decode()
    for source in registry:
        assert "Kín" not in ask(client, "kin", loai=source.key).content.decode()


class TestQueries:
    @pytest.mark.parametrize("number", [1, 3, 30])
    def test_do_not_grow(self, client, django_assert_num_queries, number):
        PublishedFactory.create_batch(number)
        SessionFactory.create_batch(number, title="Đoàn viên")
        TeamFactory.create_batch(number, area="đoàn viên")
        ContestFactory.create_batch(number, summary="Dành cho đoàn viên.")
        with django_assert_num_queries(10):
            response = ask(client, "đoàn viên")
        # The fifth: a page about the site, which says "đoàn viên" too.
        assert len(response.context["groups"]) == 5

    @pytest.mark.parametrize("number", [1, 3, 30])
    def test_of_one_kind(self, client, django_assert_num_queries, number):
        PublishedFactory.create_batch(number)
        # Two for the hits; sections, tags and the oldest day for the filters.
        with django_assert_num_queries(5):
            ask(client, "đoàn viên", loai="news")

    def test_none_for_the_bare_page(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get(PAGE).status_code == 200


class TestOneKind:
    def test_has_pages(self, client, now, english):
        for number in range(12):
            PublishedFactory(title=f"Tin {number}", publish_at=now - number * DAY)
        overview = ask(client, "tin").content.decode()
        assert "?q=tin&amp;loai=news" in overview
        first = ask(client, "tin", loai="news")
        assert "12 results" in first.content.decode()
        assert "Page 1 of 2" in first.content.decode()
        titles = [hit.title for hit in first.context["page"]]
        second = ask(client, "tin", loai="news", page="2")
        titles += [hit.title for hit in second.context["page"]]
        expected = [f"<mark>Tin</mark> {number}" for number in range(12)]
        assert titles == expected

    @pytest.mark.parametrize("page", ["0", "3", "99", "101", "999999", "x", "-1", ""])
    def test_a_page_that_is_not_there_is_not_found(self, client, page):
        PublishedFactory.create_batch(12, title="Tin")
        assert ask(client, "tin", loai="news", page=page).status_code == 404

    def test_an_unknown_kind_is_not_found(self, client):
        for kind in ("xx", "news/", "a" * 5000):
            assert ask(client, "tin", loai=kind).status_code == 404

    def test_more_than_are_counted(self, client, monkeypatch, english):
        monkeypatch.setattr(finding, "CAP", 11)
        PublishedFactory.create_batch(12, title="Tin")
        html = ask(client, "tin", loai="news", page="2").content.decode()
        assert "more than 11 results" in html
        assert "These are the newest." in html
        SessionFactory(title="Tin")
        assert "11+" in ask(client, "tin").content.decode()


class TestNothingFound:
    def test_says_what_to_do_and_where_to_go(self, client, english):
        html = ask(client, "khôngcógì").content.decode()
        assert "Nothing found for “khôngcógì”" in html
        assert 'href="/tin-tuc/"' in html.partition("<main")[2]

    def test_of_one_kind_the_same(self, client, english):
        html = ask(client, "khôngcógì", loai="news").content.decode()
        assert "Nothing found for" in html

    def test_signs_alone_ask_for_a_word(self, client, english):
        assert "Type at least one word" in ask(client, "!!!").content.decode()

    @pytest.mark.parametrize("typed", SENT, ids=range(len(SENT)))
    def test_hostile_input_is_answered_calmly(self, client, typed):
        PublishedFactory()
        response = ask(client, typed)
        # NUL is refused for every page alike (content.hygiene).
        assert response.status_code == (400 if "\x00" in typed else 200)
        assert "<script>alert" not in response.content.decode()

    def test_ten_kilobytes_come_back_short(self, client):
        response = ask(client, "đoàn " * 2000)
        assert len(response.context["q"]) <= 200

    def test_offers_a_spelling_that_finds_something(self, client, english):
        PublishedFactory(title="Lừa đảo qua mạng")
        words.learn("Lừa đảo qua mạng")
        html = ask(client, "lưaa đảo").text
        assert "Did you mean:" in html
        assert f'href="{PAGE}?q=l%E1%BB%ABa+%C4%91%E1%BA%A3o"' in html

    def test_never_offers_a_spelling_that_finds_nothing(self, client):
        words.learn("Lừa đảo qua mạng")
        assert ask(client, "lưaa đảo").context["better"] is None

    def test_offers_what_is_new_and_what_is_talked_about(self, client):
        article = PublishedFactory(title="Tin mới")
        tag = Tag.objects.create(name="VNeID")
        article.tags.add(tag)
        html = ask(client, "khôngcógì").text
        assert f'href="{article.get_absolute_url()}"' in html
        assert f'href="{tag.get_absolute_url()}"' in html

    @pytest.mark.parametrize("number", [1, 3, 30])
    def test_takes_as_many_queries_however_much_there_is(
        self, client, django_assert_num_queries, number
    ):
        for article in PublishedFactory.create_batch(number, title="Tin hay"):
            article.tags.add(Tag.objects.create(name=f"Thẻ {article.pk}"))
        words.learn("Tin hay")
        # One a source, two words looked up, the hits of the better spelling, offers.
        with django_assert_num_queries(14):
            ask(client, "tiin hayy")


@pytest.mark.parametrize("more", [0, 10])
def test_numbers_find_what_is_public_at_the_moment(now, more):
    """Read by a prepared query, however many."""
    source = registry.get("news")
    out, coming = PublishedFactory(), PublishedFactory(publish_at=now + DAY)
    going = PublishedFactory(expire_at=now + DAY)
    draft = PublishedFactory(state="draft")
    others = PublishedFactory.create_batch(more)
    PublishedFactory()  # not asked for
    keys = [one.pk for one in (out, coming, going, draft, *others)]

    def found(at):
        return set(source.by_number(keys, at).values()) - {*others}

    assert found(now) == {out, going}
    assert found(now + DAY) == {out, coming}


class TestFilters:
    """Only of articles so far; a plain form, each field in the address."""

    @pytest.fixture
    def articles(self, now):
        vneid = Tag.objects.create(name="VNeID")
        safety, other = SectionFactory(slug="an-toan"), SectionFactory(slug="khac")
        first = PublishedFactory(
            title="Tin một", section=safety, publish_at=now - DAY, kind="guide"
        )
        second = PublishedFactory(
            title="Tin hai", section=other, publish_at=now - 40 * DAY
        )
        third = PublishedFactory(
            title="Tin ba", section=safety, publish_at=now - 400 * DAY
        )
        third.tags.add(vneid)
        return first, second, third

    @pytest.mark.parametrize(
        ("chosen", "found"),
        [
            ({"muc": "an-toan"}, [0, 2]),
            ({"the": "vneid"}, [2]),
            ({"dang": "guide"}, [0]),
            ({"thang": "2026-11"}, [0]),
            ({"thang": "2026"}, [0, 1]),
            ({"thang": "2025-10"}, [2]),
            ({"muc": "an-toan", "thang": "2026"}, [0]),
            ({"muc": "khac", "the": "vneid"}, []),
            ({"muc": "", "the": ""}, [0, 1, 2]),
        ],
    )
    def test_narrow_what_is_found(self, client, articles, chosen, found):
        response = ask(client, "tin", loai="news", **chosen)
        urls = [hit.url for hit in response.context["page"]]
        assert urls == [articles[place].get_absolute_url() for place in found]
        assert response.context["hits"].count == len(found)

    @pytest.mark.parametrize("key", ["muc", "the", "dang", "thang"])
    @pytest.mark.parametrize(
        "value", ["không-có", "2026-13", "2026-1", "\u0662026", "'"]
    )
    def test_what_was_never_offered_is_not_found(self, client, articles, key, value):
        assert ask(client, "tin", loai="news", **{key: value}).status_code == 404

    def test_the_form_shows_what_was_chosen_and_the_pages_keep_it(
        self, client, articles, now
    ):
        for number in range(11):
            PublishedFactory(
                title=f"Tin {number}", section=articles[0].section, publish_at=now - DAY
            )
        html = ask(client, "tin", loai="news", muc="an-toan").text
        assert '<option value="an-toan" selected>' in html
        assert '<option value="2026-11">11/2026</option>' in html
        assert "muc=an-toan&amp;page=2" in html

    def test_an_old_tag_that_was_chosen_stays_in_the_form(self, client, articles):
        Tag.objects.create(name="Cũ")
        html = ask(client, "tin", loai="news", the="cu").text
        assert '<option value="cu" selected>' in html

    def test_that_leave_nothing_are_no_slip_of_the_finger(self, client, articles):
        words.learn("Tín nhiệm")
        response = ask(client, "tin", loai="news", muc="khac", the="vneid")
        assert response.context["better"] is None
        assert 'href="/tim-kiem/?q=tin&amp;loai=news"' in response.text

    def test_other_kinds_have_none(self, client):
        TeamFactory(name="Tổ tin")
        response = ask(client, "tin", loai="teams", muc="gì-cũng-được")
        assert response.status_code == 200
        assert "<select" not in response.text


class TestPage:
    def test_sets_no_cookie_and_is_not_indexed(self, client):
        PublishedFactory()
        for response in (client.get(PAGE), ask(client, "đoàn viên")):
            assert not response.cookies
            html = response.content.decode()
            assert '<meta name="robots" content="noindex">' in html
            assert html.count("<h1") == 1
            assert "csrfmiddlewaretoken" not in html

    def test_gives_back_what_was_typed(self, client):
        html = ask(client, '"cẩm giàng" <b>').content.decode()
        assert 'value="&quot;cẩm giàng&quot; &lt;b&gt;"' in html

    def test_works_in_english(self, client, english):
        PublishedFactory.create_batch(2)
        html = ask(client, "doan vien").content.decode()
        assert '<html lang="en"' in html
        assert "2 results" in html

    def test_only_reads(self, client):
        assert client.post(PAGE).status_code in {403, 405}

    def test_every_page_has_the_form_in_its_head(self, client):
        assert 'action="/tim-kiem/"' in client.get("/").content.decode()
        assert client.get(PAGE).content.decode().count('action="/tim-kiem/"') == 1
