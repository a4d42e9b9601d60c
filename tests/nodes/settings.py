"""Production, with the few static files that the portal itself brings."""

from content.clock import parse_offset
from portal.settings.production import *  # noqa: F403  the settings idiom: all, then ours
from portal.settings.production import STORAGES, env

# The whole site has the hour that the tests want.
CLOCK_OFFSET = parse_offset(env.str("PORTAL_CLOCK_OFFSET", default=""))

# Compressing the editor's and the admin's files takes half a minute.
STATICFILES_FINDERS = ["content.static_files.JoinedStyles"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "tests.nodes.static.OwnFiles"},
}
