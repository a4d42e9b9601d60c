"""The letter kinds that these tests write."""

import pytest

from mail import kinds
from mail.rendering import Content
from tests.mail.post_office import PostOffice


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    """Kinds of our own, beside those the features registered."""
    monkeypatch.setattr(kinds.registry, "_items", dict(kinds.registry._items))
    kinds.register("tests.plain", kinds.LetterKind(label="Plain"))
    kinds.register("tests.optional", kinds.LetterKind(label="Optional", optional=True))


@pytest.fixture
def content() -> Content:
    return Content(
        subject="Bạn đã có chỗ", text="Hẹn gặp bạn.\n", html="<p>Hẹn gặp bạn.</p>"
    )


@pytest.fixture
def post_office(settings):
    """A mail server of our own, in the settings of this test."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 2
    with PostOffice() as office:
        settings.EMAIL_PORT = office.port
        office.connections = 0  # starting it takes one
        yield office
