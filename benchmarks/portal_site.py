"""The portal as a benchmark serves it, on the database that BENCH_DATABASE names."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
database = settings.DATABASES["default"]
database |= {"NAME": os.environ["BENCH_DATABASE"], "CONN_MAX_AGE": 60}

application = get_wsgi_application()
