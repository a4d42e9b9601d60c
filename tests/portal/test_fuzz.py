"""Whatever is asked, by whichever method, with whatever body: never a 500.

Walks every address of the URL conf with arguments that may exist and odd ones, as
anybody, as a member, as staff. Hypothesis chooses; what it found once is asked again
first. An exception of a view is raised by the test client, so it fails here by name.
"""

import os
import re
from urllib.parse import quote, urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.factories.members import PersonFactory, SuperuserFactory, UserFactory
from tests.portal.fuzz_world import build

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "200"))
"""Requests for each of the three; more of them: FUZZ_EXAMPLES=20000 pytest ..."""
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
ODD_TEXT = [
    *("", "0", "-1", "1", "2", "99999999999999999999", "1e309", "NaN", "٣", "½"),
    *("\x00", "a\x00b", "\ud800", "\u202eabc", "ế" * 300, "x" * 9000, "🎓" * 40),
    *("'", '"><script>alert(1)</script>', "%", "%00", "%ff", "{{7*7}}", "${7}"),
    *("../../etc/passwd", "..%2f..", "//evil.example", "https://evil.example/"),
    *("2026-02-30", "0000-00-00", "9999-12-31T23:59:59+14:00", "31/02/2026", "32"),
    *(
        "[]",
        "{}",
        "null",
        "true",
        "[[[[",
        '{"a": {"b": []}}',
        "1,2,,3",
        ";",
        "\r\nX: y",
    ),
    *("vi", "en", "xlsx", "csv", "on", "off", "asc", "-pk", "__all__", "id__in"),
]
TYPES = [
    *("application/x-www-form-urlencoded", "multipart/form-data; boundary=b"),
    *("multipart/form-data", "application/json", "text/plain", "", "x" * 300),
    *(
        "application/offset+octet-stream",
        "application/x-www-form-urlencoded; charset=x",
    ),
]
BODIES = [
    *(b"", b"a=1&b=2", b"a=%ff%00", b"\xff\xfe\x00", b"[]", b"{}", b"null", b"[" * 500),
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a\x00.pdf"\r\n'
    b"\r\nx\r\n--b--",
    b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n\xff\r\n--b--\r\n',
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx",
]
BARE = {"query": "", "body": b"", "type": TYPES[0], "headers": {}}
PARAMETERS = [
    *("q", "p", "page", "next", "e", "o", "all", "_popup", "_to_field", "_changelist"),
    *("token", "code", "month", "year", "day", "date", "unit", "state", "kind", "role"),
    *("id__exact", "id__in", "pk", "ids", "field_name", "app_label", "model_name"),
    *("term", "sort", "page_size", "language", "display", "action", "select_across"),
    *("_selected_action", "email", "login", "password", "name", "file", "format"),
    *(
        "starts_at_0",
        "starts_at_1",
        "csrfmiddlewaretoken",
        "_method",
        "index",
        "section",
    ),
]
HEADERS = [
    *("accept-language", "if-none-match", "if-modified-since", "range", "referer"),
    *("x-requested-with", "tus-resumable", "upload-offset", "upload-length"),
    *(
        "upload-metadata",
        "content-length",
        "x-forwarded-for",
        "authorization",
        "cookie",
    ),
    *("accept", "origin", "sec-fetch-site", "x-request-id", "hx-request", "user-agent"),
]


def patterns(resolver, before=()):
    for one in resolver.url_patterns:
        parts = (*before, one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, parts)
        elif isinstance(one, URLPattern):
            yield parts


ROUTES = list(patterns(get_resolver()))


def addresses(parts, values) -> str:
    """An address for these patterns with the values in the places of its arguments."""
    text = "".join(str(part) for part in parts)
    text = text.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\", "")
    text = re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?\w+>", "\0", text)
    pieces = text.split("\0")
    made = pieces[0]
    for piece, value in zip(pieces[1:], values, strict=False):
        made += value + piece
    return "/" + made


odd = st.one_of(st.sampled_from(ODD_TEXT), st.text(max_size=30))
pairs = st.dictionaries(st.sampled_from(PARAMETERS), odd, max_size=4)


@st.composite
def requests(draw, known: list[str]):
    parts = draw(st.sampled_from(ROUTES))
    argument = st.one_of(
        st.sampled_from(known),
        st.sampled_from(ODD_TEXT),
        st.sampled_from(["2026", "11", "a-1", "vi", "show", "x" * 32]),
        st.text(max_size=20),
    )
    values = draw(st.lists(argument, min_size=6, max_size=6))
    return {
        "path": addresses(parts, values),
        "method": draw(st.sampled_from(METHODS)),
        "query": draw(
            st.one_of(pairs, st.sampled_from(["", "&&=", "a&b&c", "%ff=%00"]))
        ),
        "body": draw(st.one_of(pairs, st.sampled_from(BODIES), st.binary(max_size=50))),
        "type": draw(st.sampled_from(TYPES)),
        "headers": draw(st.dictionaries(st.sampled_from(HEADERS), odd, max_size=2)),
    }


def send(client: Client, one: dict):
    """As a web server would hand it on: header values have no line ends and no NUL."""
    query = one["query"]
    if isinstance(query, dict):
        query = urlencode(query, errors="surrogatepass")
    body = one["body"]
    if isinstance(body, dict):
        body = urlencode(body, errors="surrogatepass").encode()
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": "".join(
            char for char in value if char.isprintable() and ord(char) < 256
        )
        for name, value in one["headers"].items()
        if name != "content-length"
    }
    path = quote(one["path"], safe="/:@!$&'()*+,;=~", errors="surrogatepass")
    return client.generic(
        one["method"],
        path,
        body,
        content_type=one["type"],
        QUERY_STRING=query,
        **headers,
    )


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Rows that small numbers find."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def who(name: str) -> Client:
    client = Client(enforce_csrf_checks=False)
    if name == "member":
        client.force_login(UserFactory(person=PersonFactory()))
    elif name == "staff":
        client.force_login(SuperuserFactory())
    return client


def check(client: Client, one: dict) -> None:
    before = dict(client.cookies)
    try:
        with transaction.atomic():
            response = send(client, one)
            if hasattr(response, "streaming_content"):
                b"".join(response.streaming_content)
            transaction.set_rollback(True)
    finally:
        client.cookies.clear()
        client.cookies.update(before)
    assert response.status_code < 500, (response.status_code, one)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["anybody", "member", "staff"])
def test_no_request_breaks_the_portal(name, world):
    client = who(name)

    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(one=requests(world))
    def run(one):
        check(client, one)

    run()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["anybody", "staff"])
def test_every_address_by_every_method(name, world):
    """Each once, with a row where its address names one."""
    client = who(name)
    broken = []
    for number, parts in enumerate(ROUTES):
        # Another row at each address; all of them would take an hour.
        values = (world * 2)[number % len(world) :][:6]
        for method in ("GET", "POST"):
            one = {"path": addresses(parts, values), "method": method, **BARE}
            try:
                check(client, one)
            except Exception as error:
                broken.append((one["path"], method, repr(error)[:200]))
    assert broken == []


def test_the_walk_knows_every_address():
    assert len(ROUTES) > 300
