"""Settings of the row "paint": every file under its far-future name."""

from portal.settings import base
from portal.settings.test import *  # noqa: F403  the settings idiom

STORAGES = base.STORAGES
# The first visit of a phone brings the worker along, as in production.
OFFLINE_COPIES = True
