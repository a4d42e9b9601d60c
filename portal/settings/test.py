"""The test suite: its own embedded engines under `<var>/test`."""

import os

from portal import embedded

from .base import *  # noqa: F403  the settings idiom: everything, then what differs
from .base import DATABASE_OPTIONS, VAR, env

VAR = VAR / "test"
SECRET_KEY = "tests-only-" + "x" * 50
ALLOWED_HOSTS = ["*"]
_embedded = embedded.addresses(VAR)
# Each parallel process empties its own cache between tests, so it has its own.
_cache_number = 2 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
DATABASES = {
    "default": env.db_url("TEST_DATABASE_URL", default=_embedded.database_url)
    | DATABASE_OPTIONS
    | {"CONN_MAX_AGE": 0}
}
CELERY_BROKER_URL = _embedded.broker_url
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _embedded.cache_url.replace("db=1", f"db={_cache_number}"),
    }
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "media"
PRIVATE_ROOT = VAR / "private"
MAILBOX = VAR / "mail"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
