"""Whose page is whose: no trick with a request changes what others get."""

import pytest
import time_machine
from django.conf import settings

from content.pagecache.keys import Reader, encoding
from tests.content.door import Door
from tests.factories.news import PublishedFactory, SectionFactory
from tests.factories.teams import TeamFactory

LANGUAGE = settings.LANGUAGE_COOKIE_NAME
LIST = "/tin-tuc/"


def environ(**changes) -> dict:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "HTTP_HOST": "portal.example.com",
        "wsgi.url_scheme": "http",
    } | changes


@pytest.fixture
def read(settings):
    settings.ALLOWED_HOSTS = ["portal.example.com", ".youth.example.com"]
    reader = Reader()
    return lambda **changes: reader.key(environ(**changes))


class TestKey:
    @pytest.mark.parametrize(
        "query",
        [
            "utm_source=zalo&utm_medium=x",
            "fbclid=IwAR0",
            "gclid=1&zarsrc=30",
            "&&",
            "utm_source",
        ],
    )
    def test_what_tracks_is_dropped(self, read, query):
        assert read(QUERY_STRING=query) == read()

    def test_the_rest_stays_in_one_order(self, read):
        one = read(QUERY_STRING="xa=b&page=2&utm_id=3")
        assert one == read(QUERY_STRING="page=2&xa=b")
        assert one.query == "page=2&xa=b"
        assert one.parameters == ["page", "xa"]

    @pytest.mark.parametrize(
        "query", ["page=2", "PAGE=2", "p%61ge=2", "page=02", "page=2&page=3", "=", "x"]
    )
    def test_nothing_else_is_taken_for_nothing(self, read, query):
        assert read(QUERY_STRING=query) != read()

    @pytest.mark.parametrize(
        "host",
        [
            *("evil.example.com", "portal.example.com.evil.com", "", "a b", "@x"),
            *("portal.example.com@evil.com", "portal.example.com/x", "xyouth.example"),
        ],
    )
    def test_a_foreign_host_is_none_of_ours(self, read, host):
        assert read(HTTP_HOST=host) is None

    def test_without_a_host(self, read):
        assert Reader().key(
            {k: v for k, v in environ().items() if "HOST" not in k}
        ) is (None)

    def test_the_case_of_the_host_is_nothing(self, read):
        assert read(HTTP_HOST="PORTAL.Example.com") == read()
        assert read(HTTP_HOST="a.youth.example.com") not in {None, read()}

    @pytest.mark.parametrize("path", ["//", "/A", "/./", "/%2e", "/x/../", "/;x", "/ "])
    def test_each_path_is_its_own(self, read, path):
        assert read(PATH_INFO=path).path == path

    @pytest.mark.parametrize(
        "changes",
        [
            {"PATH_INFO": "/" + "a" * 501},
            {"QUERY_STRING": "page=" + "1" * 501},
            {"HTTP_COOKIE": "a=" + "b" * 5000},
            {"SCRIPT_NAME": "/prefix"},
            {"REQUEST_METHOD": "POST"},
        ],
        ids=str,
    )
    def test_odd_ones_are_left_to_django(self, read, changes):
        assert read(**changes) is None

    def test_a_proxy_says_whether_it_was_secure(self, settings):
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        settings.SECURE_SSL_REDIRECT = False
        settings.ALLOWED_HOSTS = ["portal.example.com"]
        reader = Reader()
        plain = reader.key(environ())
        secure = reader.key(environ(HTTP_X_FORWARDED_PROTO="https"))
        assert (plain.secure, secure.secure) == (False, True)
        assert reader.environ(secure, environ())["wsgi.url_scheme"] == "https"
        settings.SECURE_SSL_REDIRECT = True
        assert Reader().key(environ()) is None

    @pytest.mark.parametrize(
        ("cookie", "kept"),
        [
            ("", ""),
            ("csrftoken=abc; _ga=1", ""),
            (f"{LANGUAGE}=en", f"{LANGUAGE}=en"),
            (f"a=b; {LANGUAGE}=en;c", f"{LANGUAGE}=en"),
            (f"{LANGUAGE}=vi", ""),
            (f"{LANGUAGE}=xx", ""),
            (f"{LANGUAGE}=EN", ""),
            (f"{LANGUAGE}=en; {LANGUAGE}=<script>", ""),
            (f'{LANGUAGE}="en"', f"{LANGUAGE}=en"),
        ],
    )
    def test_of_the_cookies_only_choices_count(self, read, cookie, kept):
        assert read(HTTP_COOKIE=cookie).cookies == kept

    def test_several_choices_stand_in_one_order(self, settings):
        settings.PAGE_CACHE_COOKIES = {LANGUAGE: ("vi", "en"), "display": ("", "large")}
        settings.ALLOWED_HOSTS = ["*"]
        reader = Reader()
        one = reader.key(environ(HTTP_COOKIE=f"display=large; {LANGUAGE}=en"))
        assert one == reader.key(environ(HTTP_COOKIE=f"{LANGUAGE}=en;display=large"))
        assert one.cookies == f"{LANGUAGE}=en; display=large"

    @pytest.mark.parametrize("cookie", ["sessionid=x", "a=b; sessionid=", "messages=m"])
    def test_somebody_signed_in_is_left_to_django(self, read, cookie):
        assert read(HTTP_COOKIE=cookie) is None

    def test_a_page_is_rendered_from_its_key_alone(self, read, settings):
        asked = environ(
            QUERY_STRING="utm_source=x&page=2",
            HTTP_COOKIE=f"csrftoken=abc; {LANGUAGE}=en",
            HTTP_HOST="PORTAL.example.com",
            HTTP_X_FORWARDED_HOST="evil.example",
            HTTP_X_ORIGINAL_URL="/admin",
            HTTP_ACCEPT_LANGUAGE="en",
            HTTP_IF_NONE_MATCH='"x"',
            CONTENT_LENGTH="4",
            REMOTE_USER="admin",
            REQUEST_METHOD="HEAD",
        )
        reader = Reader()
        bare = reader.environ(reader.key(asked), asked)
        assert {k: v for k, v in bare.items() if k.startswith("HTTP")} == {
            "HTTP_HOST": "portal.example.com",
            "HTTP_COOKIE": f"{LANGUAGE}=en",
        }
        assert bare["REQUEST_METHOD"] == "GET"
        assert bare["QUERY_STRING"] == "page=2"
        assert not {"CONTENT_LENGTH", "REMOTE_USER"} & bare.keys()


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", ""),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP ", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000, gzip;q=0", ""),
        ("br;q=0.1, gzip;q=1.0", "br"),
        ("*", "br"),
        ("*, br;q=0", "gzip"),
        ("*;q=0", ""),
        ("identity", ""),
        ("gzip;q=1;x=2", "gzip"),
        ("brx, xgzip", ""),
        (";;,,", ""),
    ],
)
def test_the_best_encoding(accepted, chosen):
    assert encoding(accepted) == chosen


@pytest.mark.django_db
class TestPoisoning:
    @pytest.fixture
    def door(self, now):
        with time_machine.travel(now, tick=False):
            PublishedFactory.create_batch(14, section=SectionFactory())
            yield Door()

    @pytest.mark.parametrize(
        "headers",
        [
            {"x_forwarded_host": "evil.example"},
            {"x_forwarded_proto": "https"},
            {"x_forwarded_port": "666"},
            {"x_rewrite_url": "/quan-tri/"},
            {"x_original_url": "/quan-tri/"},
            {"x_http_method_override": "POST"},
            {"accept_language": "en"},
            {"accept": "text/plain"},
            {"range": "bytes=0-9"},
            {"if_modified_since": "Thu, 01 Jan 2099 00:00:00 GMT"},
            {"x_requested_with": "XMLHttpRequest"},
            {"cookie": f"csrftoken=x; {LANGUAGE}=xx"},
            {"user_agent": "<script>"},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("page", [LIST, "/tin-tuc/rss/"])
    def test_whoever_asks_first_shapes_nothing(self, door, headers, page):
        first = door.get(page, **headers)
        second = door.get(page)
        clean = Door()
        clean.cache._release = "another"  # nothing from the shared store
        assert second.status == 200
        assert second.rendered == 0
        assert (second.body, second.headers) == (first.body, first.headers)
        assert second.body == clean.get(page).body

    def test_what_tracks_never_reaches_a_page(self, door):
        got = door.get(LIST + "?utm_source=evil&page=1&fbclid=evil")
        assert "evil" not in got.text
        assert "page=2" in got.text
        assert door.get(LIST + "?page=1").rendered == 0

    @pytest.mark.parametrize("query", ["?x=evil", "?page=1&q=evil", "?page=1&page=1"])
    def test_an_unknown_parameter_is_answered_and_not_kept(self, door, query):
        assert [door.get(LIST + query).rendered for _ in range(2)] == [1, 1]
        assert len(door.cache.store) == 0
        assert "evil" not in door.get(LIST).text

    @pytest.mark.parametrize(
        "page",
        [
            "/tin-tuc/van-ban/?q=abc",
            "/tin-tuc/van-ban/?issuer=abc",
            "/to-cong-nghe-so/?q=abc",
            "/tim-kiem/?q=abc",
        ],
    )
    def test_what_is_typed_freely_fills_no_store(self, door, page):
        first, second = door.get(page), door.get(page)
        assert (first.status, first.rendered, second.rendered) == (200, 1, 1)

    def test_a_made_up_port_fills_no_store_that_is_shared(self, door, settings):
        settings.SITE_URL = "http://testserver:8000"
        for port, rendered in ((8000, 0), (81, 1)):
            host = f"testserver:{port}"
            assert Door().get(LIST, host=host).rendered == 1
            other = Door().get(LIST, host=host)
            assert (other.status, other.rendered) == (200, rendered)

    def test_a_parameter_of_another_page_is_unknown_here(self, door):
        TeamFactory()
        assert door.get("/?page=2").status == 200
        assert door.get(LIST + "?xa=b").status == 200
        assert len(door.cache.store) == 0

    def test_the_feed_of_another_host_is_another(self, door, settings):
        assert "http://testserver/" in door.get("/tin-tuc/rss/").text
        other = door.get("/tin-tuc/rss/", host="OTHER.example.com:81")
        assert "http://other.example.com:81/" in other.text
        assert "other.example" not in door.get("/tin-tuc/rss/").text

    @pytest.mark.parametrize(
        "path",
        [
            *("//tin-tuc/", "/tin-tuc//", "/TIN-TUC/", "/./tin-tuc/", "/x/../tin-tuc/"),
            *("/tin-tuc/%00", "/tin-tuc/%FF", "/tin-tuc%2Frss", "/tin-tuc/;x", "/%2e/"),
        ],
    )
    def test_an_odd_path_is_never_that_page(self, door, path):
        door.get(LIST)
        assert door.get(path).status in {301, 400, 404}
        assert len(door.cache.store) == 1

    def test_an_encoded_letter_is_the_same_letter(self, door):
        door.get(LIST)
        assert door.get("/%74in-tuc/").rendered == 0

    def test_a_head_first_leaves_a_whole_page(self, door):
        assert door.get(LIST, method="HEAD").body == b""
        got = door.get(LIST)
        assert (got.rendered, got.status) == (0, 200)
        assert "</html>" in got.text
