"""The letter kinds that these tests write."""

import pytest

from mail import kinds
from mail.rendering import Content


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
