"""What production decides by itself."""

import json
import os
import subprocess
import sys

import pytest

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
         "ALTCHA_HMAC_KEY", "SESSION_COOKIE_SECURE", "DATABASES", "DATABASE_ROUTERS")
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


POOLED = {
    "DATABASE_URL": "postgres://portal:x@127.0.0.1:6432/portal",
    "DATABASE_POOLER": "transaction",
    "DATABASE_DIRECT_URL": "postgres://portal:x@127.0.0.1:5432/portal",
}


def limits(database: dict) -> str:
    return database["OPTIONS"]["options"]


class TestDatabases:
    def test_one_is_enough_and_its_limits_are_those_of_the_process(self):
        found = production(PORTAL_PROCESS="web")
        assert list(found["DATABASES"]) == ["default"]
        assert found["DATABASE_ROUTERS"] == []
        database = found["DATABASES"]["default"]
        assert "statement_timeout=30000" in limits(database)
        assert "lock_timeout=3000" in limits(database)
        assert "idle_in_transaction_session_timeout=180000" in limits(database)
        assert database["CONN_HEALTH_CHECKS"]
        commanded = production(PORTAL_PROCESS="command")["DATABASES"]["default"]
        assert "statement_timeout=0" in limits(commanded)
        assert "lock_timeout=3000" in limits(commanded)

    def test_what_the_address_asks_for_is_kept(self):
        url = "postgres://portal:x@db.example.com/portal?sslmode=verify-full"
        database = production(DATABASE_URL=url)["DATABASES"]["default"]
        assert database["OPTIONS"]["sslmode"] == "verify-full"
        assert "lock_timeout=3000" in limits(database)

    def test_behind_a_pooler_nothing_lives_in_a_session(self):
        found = production(**POOLED)["DATABASES"]
        assert found["default"]["PORT"] == 6432
        assert found["default"]["DISABLE_SERVER_SIDE_CURSORS"]
        assert "options" not in found["default"]["OPTIONS"]
        assert found["direct"]["PORT"] == 5432
        assert "lock_timeout=3000" in limits(found["direct"])

    def test_commands_pass_the_pooler_by(self):
        found = production(**POOLED, PORTAL_PROCESS="command")["DATABASES"]
        assert found["default"]["PORT"] == 5432
        assert "statement_timeout=0" in limits(found["default"])

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"DATABASE_DIRECT_URL": ""}, "needs DATABASE_DIRECT_URL"),
            ({"DATABASE_POOLER": "session"}, "DATABASE_POOLER is"),
        ],
    )
    def test_half_a_pooler_does_not_start(self, wrong, words):
        with pytest.raises(subprocess.CalledProcessError) as refused:
            production(**POOLED | wrong)
        assert words in refused.value.stderr

    def test_a_replica_is_read_only(self):
        url = "postgres://portal:x@127.0.0.1:5433/portal"
        found = production(DATABASE_REPLICA_URL=url)
        assert found["DATABASE_ROUTERS"] == ["content.replica.Router"]
        assert "default_transaction_read_only=on" in limits(
            found["DATABASES"]["replica"]
        )
        assert "read_only" not in limits(found["DATABASES"]["default"])
