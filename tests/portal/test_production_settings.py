"""What production decides by itself."""

import json
import os
import subprocess
import sys

NEEDED = {
    "SECRET_KEY": "a-key-of-this-test-" * 4,
    "ALLOWED_HOSTS": "chuyendoiso.example.com",
    "SITE_URL": "https://chuyendoiso.example.com",
    "DATABASE_URL": "postgres://portal:x@127.0.0.1/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "CACHE_URL": "redis://127.0.0.1:6380/0",
    "EMAIL_URL": "smtp+tls://portal:x@mail.example.com:587",
}
ASK = """
import json
from portal.settings import production as s
names = ("STAFF_SECOND_FACTOR", "ALLAUTH_TRUSTED_PROXY_COUNT", "SECRET_KEY",
         "ALTCHA_HMAC_KEY", "SESSION_COOKIE_SECURE")
print(json.dumps({name: getattr(s, name) for name in names}))
"""


def production(**environment) -> dict:
    answer = subprocess.run(
        [sys.executable, "-c", ASK],
        env={"PATH": os.environ["PATH"], **NEEDED, **environment},
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(answer.stdout)


def test_staff_need_a_factor_and_one_proxy_is_trusted_unless_said_otherwise():
    found = production()
    assert found["STAFF_SECOND_FACTOR"] is True
    assert found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1
    assert found["SESSION_COOKIE_SECURE"] is True
    other = production(STAFF_SECOND_FACTOR="off", TRUSTED_PROXY_COUNT="2")
    assert other["STAFF_SECOND_FACTOR"] is False
    assert other["ALLAUTH_TRUSTED_PROXY_COUNT"] == 2


def test_the_challenge_has_a_key_of_its_own():
    found = production()
    assert len(found["ALTCHA_HMAC_KEY"]) == 64
    assert found["ALTCHA_HMAC_KEY"] not in found["SECRET_KEY"]
