"""The test suite: its own embedded engines under `<var>/test`."""

import os

from portal import embedded

from .base import *  # noqa: F403  the settings idiom: everything, then what differs
from .base import DATABASE_OPTIONS, VAR, derived_key, env

VAR = VAR / "test"
SECRET_KEY = "tests-only-" + "x" * 50
ALTCHA_HMAC_KEY = derived_key(SECRET_KEY, "altcha")
ALLOWED_HOSTS = ["*"]
# Each parallel process empties broker and cache between tests, so it has its own.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
_embedded = embedded.addresses(VAR, pair=_worker)
DATABASES = {
    "default": env.db_url("TEST_DATABASE_URL", default=_embedded.database_url)
    | DATABASE_OPTIONS
    | {"CONN_MAX_AGE": 0}
}
CELERY_BROKER_URL = _embedded.broker_url
CACHES = {
    "default": {
        "BACKEND": "content.cache.ValkeyCache",
        "LOCATION": _embedded.cache_url,
    }
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STATIC_ROOT = VAR / "static"
# Likewise: the demo writes the same pictures under the same names in each process.
MEDIA_ROOT = VAR / "media" / str(_worker)
PRIVATE_ROOT = VAR / "private"
STORAGE = "disk"
MAILBOX = VAR / "mail"
# Each test begins knowing who runs the site (tests/conftest.py) and does not look it up
# in between, or the number of queries would depend on the clock.
SITE_IDENTITY_SECONDS = 3600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A worker would stand between the browser of every test and the portal; the tests of
# the worker switch it on.
OFFLINE_COPIES = False
ALTCHA_MAX_NUMBER = 1000
