"""Production: secrets and addresses come from the environment, or nothing starts."""

import sys

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403  the settings idiom: everything, then what differs
from .base import LOGGING, derived_key, env
from .database import databases, routers

NEEDED = {
    "SECRET_KEY": "a long random text, e.g. from `openssl rand -base64 48`",
    "ALLOWED_HOSTS": "the host names the portal answers to, separated by commas",
    "SITE_URL": "the public address, e.g. https://chuyendoiso.example.com",
    "DATABASE_URL": "e.g. postgres://portal:PASSWORD@127.0.0.1/portal",
    "REDIS_URL": "the broker, e.g. redis://127.0.0.1:6379/0",
    "CACHE_URL": "the cache, e.g. redis://127.0.0.1:6380/0",
    "EMAIL_URL": "e.g. smtp+tls://USER:PASSWORD@mail.example.com:587",
}
_missing = [name for name in NEEDED if not env.str(name, default="").strip()]
if _missing:
    _lines = "\n".join(f"  {name}: {NEEDED[name]}" for name in _missing)
    raise ImproperlyConfigured(f"Set these in the environment first:\n{_lines}")
if len(env.str("SECRET_KEY")) < 50:
    raise ImproperlyConfigured(
        f"SECRET_KEY is too short (50 characters or more): {NEEDED['SECRET_KEY']}"
    )

SECRET_KEY = env.str("SECRET_KEY")
# Keys of before, newest first: what they signed and sealed is still understood.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [env.str("SITE_URL").rstrip("/")]
DATABASES = databases(env.str("DATABASE_URL"))
DATABASE_ROUTERS = routers(DATABASES)
CELERY_BROKER_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "content.cache.ValkeyCache",
        "LOCATION": env.str("CACHE_URL"),
    }
}
vars(sys.modules[__name__]).update(env.email_url("EMAIL_URL"))
MAIL_PER_DOMAIN = env.int("MAIL_PER_DOMAIN", default=600)

LOG_FORMAT = env.str("LOG_FORMAT", default="json")
LOGGING["handlers"]["console"]["formatter"] = LOG_FORMAT

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# Asked by machines on loopback, which speak no TLS.
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=True)
ALTCHA_HMAC_KEY = derived_key(SECRET_KEY, "altcha")
REQUEST_SECONDS = env.int("REQUEST_SECONDS", default=300)
