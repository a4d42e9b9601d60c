"""docs/security.md: what is promised holds, and the tests that it names exist."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from content.policies import OWN, SWITCHED_OFF
from tests.content.door import Door
from tests.factories.members import PersonFactory, SuperuserFactory, UserFactory
from tests.portal.test_cases import names_in
from tests.portal.test_production_settings import production

DOCUMENT = (settings.BASE_DIR / "docs" / "security.md").read_text("utf-8")
ROW = re.compile(r"^\| [^|]+\|[^|]+\|(?P<said_by>[^|]+)\|$", re.MULTILINE)
NAMED = sorted(
    {
        one
        for row in ROW.finditer(DOCUMENT)
        for one in re.findall(r"`([^`]+\.py(?:::\w+)+)`", row["said_by"])
    }
)
EVIL = [
    *("https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example"),
    *("http:evil.example", "https:///evil.example", "javascript:alert(1)", "\\\\evil"),
    *("https://testserver@evil.example/", "https://testserver.evil.example/"),
    *(
        "%2f%2fevil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "data:text/html,x",
    ),
]
DOORS = [
    *(
        "account_login",
        "account_logout",
        "account_signup",
        "account_request_login_code",
    ),
    *("account_confirm_login_code", "account_reauthenticate", "mfa_authenticate"),
    *("mfa_reauthenticate", "mfa_required", "admin:login", "members:profile"),
    *("portal:language", "portal:display", "mfa_login_webauthn"),
]


@pytest.mark.parametrize("named", NAMED)
def test_the_tests_that_are_named_exist(named):
    path, _, name = named.partition("::")
    assert name in names_in(path)


def test_every_promise_names_a_test():
    rows = [
        row
        for row in re.findall(r"^\|.*\|$", DOCUMENT, re.MULTILINE)
        if not row.startswith(("| promise", "|---"))
    ]
    assert len(rows) > 20
    for row in rows:
        assert re.search(r"`[^`]+\.py::", row), row


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["portal:home", "news:list", "account_login", "portal:search", "figures_404"],
)
def test_headers_of_public_pages(name):
    address = "/khong-co/" if name == "figures_404" else reverse(name)
    headers = Door().get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for feature in SWITCHED_OFF:
        assert f"{feature}=()" in headers["Permissions-Policy"]
    for feature in OWN:
        assert f"{feature}=(self)" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_tls_is_remembered_for_a_year(settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    headers = Client().get("/healthz", secure=True).headers
    assert "max-age=31536000" in headers["Strict-Transport-Security"]


def test_production_is_strict():
    found = production()
    assert found["SESSION_COOKIE_SECURE"] is True
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


@pytest.mark.django_db
def test_another_host_is_no_host_of_ours(settings):
    settings.ALLOWED_HOSTS = ["portal.example.com"]
    assert (
        Client().get("/tim-kiem/", headers={"host": "evil.example"}).status_code == 400
    )
    assert Door().get("/", host="evil.example").status == 400


@pytest.mark.django_db
@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("who", ["anybody", "member", "staff"])
def test_no_next_leads_away(name, who, settings):
    settings.STAFF_SECOND_FACTOR = False
    for target in EVIL:
        for method in ("get", "post"):
            client = Client()
            if who == "member":
                client.force_login(UserFactory(person=PersonFactory()))
            elif who == "staff":
                client.force_login(SuperuserFactory())
            data = {"next": target, "language": "en", "choice": "large"}
            response = getattr(client, method)(
                reverse(name), data, headers={"referer": target.strip()}
            )
            where = response.headers.get("Location", "")
            assert leads_home(where), (name, method, target, where)


def leads_home(where: str) -> bool:
    """Whether a browser that reads this Location stays on the site."""
    read = re.sub(r"[\t\r\n]", "", where).strip().replace("\\", "/").lower()
    if scheme := re.match(r"([a-z][a-z0-9+.-]*):/*([^/?#]*)", read):
        return scheme[1] in ("http", "https") and scheme[2] == "testserver"
    return not read.startswith("//")


@pytest.mark.parametrize("target", EVIL)
def test_the_check_would_see_one_that_leads_away(target):
    """All but those that a browser takes for an odd path of ours."""
    assert leads_home(target) is target.startswith("%2f")
