"""The WSGI entry; a server that names no settings gets the production ones."""

import os

from django.core.wsgi import get_wsgi_application

from content.figures.watching import Watch
from content.pagecache import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
os.environ.setdefault("PORTAL_PROCESS", "web")

application = Watch(PageCache(get_wsgi_application()))
