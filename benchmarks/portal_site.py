"""The portal as a benchmark serves it, on the database that BENCH_DATABASE names.

BENCH_CACHE=off leaves the page cache out, so that every page is a cold one.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from content.figures.watching import Watch
from content.pagecache import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
database = settings.DATABASES["default"]
database |= {"NAME": os.environ["BENCH_DATABASE"], "CONN_MAX_AGE": 60}
settings.SITE_IDENTITY_SECONDS = 1

application = get_wsgi_application()
if os.environ.get("BENCH_CACHE") != "off":
    application = PageCache(application)
application = Watch(application)
