"""The WSGI entry; a server that names no settings gets the production ones."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from content.figures.watching import Watch
from content.lifetime import Lifetime
from content.pagecache import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
os.environ.setdefault("PORTAL_PROCESS", "web")

application = Watch(
    PageCache(Lifetime(get_wsgi_application(), settings.REQUEST_SECONDS))
)
