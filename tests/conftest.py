"""The engines, the catalogues and the mail kinds that every test stands on."""

import datetime as dt
import os
import shutil

import hypothesis
import pytest
from django.conf import settings
from django.utils.translation import trans_real

# How fast this machine is says nothing about what is tested.
hypothesis.settings.register_profile(
    "unhurried",
    parent=hypothesis.settings(),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("unhurried")


def pytest_configure(config):
    """Engines before the first import of a model, in the first process only."""
    if hasattr(config, "workerinput"):
        return
    from portal import embedded, messages

    if messages.compile_all():
        # Setting up the apps has read the ones of before.
        trans_real._translations.clear()
        trans_real._default = None
    settings.VAR.mkdir(parents=True, exist_ok=True)
    # WhiteNoise warns of a missing folder, and warnings are errors.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    # Pictures of the last run; their rows are gone.
    shutil.rmtree(settings.MEDIA_ROOT.parent, ignore_errors=True)
    embedded.start(settings.VAR, durable=False, say=lambda line: None)


def pytest_unconfigure(config):
    if hasattr(config, "workerinput") or os.environ.get("PORTAL_KEEP_ENGINES"):
        return
    from portal import embedded

    embedded.stop(settings.VAR, say=lambda line: None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request,
    django_db_modify_db_settings_parallel_suffix,
    django_db_keepdb,
    django_db_blocker,
):
    """Several processes migrate once between them."""
    run = getattr(request.config, "workerinput", {}).get("testrunuid")
    if run and not django_db_keepdb:
        from tests import migrated

        with django_db_blocker.unblock():
            settings.DATABASES["default"]["TEST"]["TEMPLATE"] = migrated.template(run)


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly():
    from django.test import TransactionTestCase

    from tests import emptying

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.empty)
        yield


@pytest.fixture
def now() -> dt.datetime:
    """A quiet Monday morning: 09:00 on 23 November 2026 in Vietnam."""
    return dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(params=["prepared", "pooled"])
def pooling(request, monkeypatch) -> str:
    """Statements are prepared, or sent in full behind a pooler; no result differs."""
    from django.db import connection

    from content.prepared import POOLED

    monkeypatch.setitem(connection.settings_dict, POOLED, request.param == "pooled")
    return request.param


@pytest.fixture(autouse=True)
def _empty_cache():
    """Limits and codes of one test must not reach the next."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def _known_site():
    """A process that has just looked up who runs the site: nobody has said so yet."""
    from content import identity

    identity.keep(identity.at_first())


@pytest.fixture(autouse=True)
def _known_texts():
    """Likewise the words beside the boxes of consent."""
    from members import consent_texts

    consent_texts.keep(consent_texts.at_first())
