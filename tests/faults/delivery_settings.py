"""What workers and beats of the delivery tests run under, in processes of their own."""

import re

from content.clock import parse_offset
from portal.settings.test import *  # noqa: F403  the settings idiom: all, then what differs
from portal.settings.test import (
    CACHES,
    CELERY_BEAT_SCHEDULE,
    CELERY_BROKER_URL,
    env,
)

# A broker database that no other test touches, so that it can be emptied.
CELERY_BROKER_URL = env.str(
    "TEST_BROKER_URL",
    default=re.sub(r"virtual_host=\d+", "virtual_host=15", CELERY_BROKER_URL),
)
CACHES = {
    name: cache | {"LOCATION": env.str("TEST_CACHE_URL", default=cache["LOCATION"])}
    for name, cache in CACHES.items()
}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = env.int("TEST_SMTP_PORT")
EMAIL_TIMEOUT = 5
# Minutes pass for the portal while seconds pass for the test.
CLOCK_OFFSET = parse_offset(env.str("PORTAL_CLOCK_OFFSET", default=""))
CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": 1}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
    if entry["task"] in {"mail.tasks.deliver", "mail.tasks.recover"}
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
