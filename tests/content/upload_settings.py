"""The portal with one address more, for the test that sends 100 MB."""

from portal.settings.test import *  # noqa: F403  the settings idiom

ROOT_URLCONF = "tests.content.test_files"


def server(environ, start_response):
    """Made at the first request: the settings must be there before Django is."""
    global _handler
    if _handler is None:
        from django.core.wsgi import get_wsgi_application

        _handler = get_wsgi_application()
    return _handler(environ, start_response)


_handler = None
