"""`make run`: debug, demo, embedded engines unless the environment names others."""

from content.clock import parse_offset
from portal import embedded

from .base import *  # noqa: F403  the settings idiom: everything, then what differs
from .base import STORAGES, VAR, derived_key, env
from .database import databases, routers

DEBUG = True
SECRET_KEY = env.str("SECRET_KEY", default="local-only-" + "x" * 50)
ALTCHA_HMAC_KEY = derived_key(SECRET_KEY, "altcha")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CLOCK_OFFSET = parse_offset(env.str("PORTAL_CLOCK_OFFSET", default=""))

_embedded = embedded.addresses(VAR)
DATABASES = databases(env.str("DATABASE_URL", default=_embedded.database_url))
DATABASE_ROUTERS = routers(DATABASES)
CELERY_BROKER_URL = env.str("REDIS_URL", default=_embedded.broker_url)
CACHES = {
    "default": {
        "BACKEND": "content.cache.ValkeyCache",
        "LOCATION": env.str("CACHE_URL", default=_embedded.cache_url),
    }
}
MAILBOX = VAR / "mail"
globals().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025"))
# Compressing CKEditor's files takes 20 s of the first start and helps nobody here.
STORAGES = STORAGES | {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    }
}
