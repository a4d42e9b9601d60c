"""Secrets of second factors: unreadable in the database, and keys can change."""

import importlib

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.core.cache import cache
from django.core.management import call_command

from members import sealing
from tests.factories.members import UserFactory
from tests.members.test_factors import SECRET, totp

pytestmark = pytest.mark.django_db
migration = importlib.import_module("portal.migrations.0006_seal_factors")


@pytest.fixture
def user():
    user = UserFactory()
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def data_of(user, kind: str) -> dict:
    return Authenticator.objects.get(user=user, type=kind).data


def is_right(user) -> bool:
    cache.clear()  # a code works once
    return (
        Authenticator.objects.get(user=user, type="totp").wrap().validate_code(totp())
    )


def codes_of(user) -> list[str]:
    row = Authenticator.objects.get(user=user, type="recovery_codes")
    return row.wrap().get_unused_codes()


def test_the_database_holds_no_secret(user):
    assert SECRET not in str(data_of(user, "totp"))
    assert data_of(user, "totp")["secret"].startswith(sealing.MARK)
    assert data_of(user, "recovery_codes")["seed"].startswith(sealing.MARK)
    assert is_right(user)
    assert len(codes_of(user)) == 10


def test_two_of_the_same_do_not_look_the_same():
    assert sealing.seal(SECRET) != sealing.seal(SECRET)
    assert sealing.unseal(sealing.seal(SECRET)) == SECRET


def test_rows_of_before_work_and_are_sealed_by_the_migration(user):
    before = codes_of(user)
    migration.lay_open(apps, None)
    assert data_of(user, "totp")["secret"] == SECRET
    assert is_right(user)
    migration.seal(apps, None)
    migration.seal(apps, None)
    assert SECRET not in str(data_of(user, "totp"))
    assert is_right(user)
    assert codes_of(user) == before


def test_under_another_key_no_code_fits_and_nothing_breaks(user, settings, caplog):
    settings.SECRET_KEY = "another " * 10
    assert not is_right(user)
    assert sealing.unseal(data_of(user, "totp")["secret"]) != SECRET
    # Not even the codes of an empty secret, which anybody could make.
    assert len(sealing.unseal(data_of(user, "totp")["secret"])) == 32
    assert "sealed under another key" in caplog.text


@pytest.mark.parametrize("by", ["SECRET_KEY_FALLBACKS", "MFA_KEYS"])
def test_a_key_of_before_opens_until_all_is_resealed(user, settings, by, capsys):
    before, codes = settings.SECRET_KEY, codes_of(user)
    settings.SECRET_KEY = "another " * 10
    setattr(settings, by, ["the newest " * 4, before] if by == "MFA_KEYS" else [before])
    assert is_right(user)
    call_command("seal_factors")
    assert capsys.readouterr().out == "2 under the newest key, 0 open under none.\n"
    setattr(settings, by, getattr(settings, by)[:1] if by == "MFA_KEYS" else [])
    assert is_right(user)
    assert codes_of(user) == codes


def test_resealing_tells_of_what_opens_under_no_key(user, settings, capsys):
    settings.SECRET_KEY = "another " * 10
    before = data_of(user, "totp")
    call_command("seal_factors")
    assert "0 under the newest key, 2 open under none." in capsys.readouterr().out
    assert data_of(user, "totp") == before
