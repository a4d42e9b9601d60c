"""Production, with the few static files that the portal itself brings."""

from portal.settings.production import *  # noqa: F403  the settings idiom: all, then ours
from portal.settings.production import STORAGES

# Compressing the editor's and the admin's files takes half a minute.
STATICFILES_FINDERS = ["content.static_files.JoinedStyles"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "tests.nodes.static.OwnFiles"},
}
