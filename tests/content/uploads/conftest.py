import datetime as dt

import pytest

from content.uploads import Refused, actions, purposes
from tests.factories.members import UserFactory

PURPOSE = "tests.drawer"


class Drawer:
    """A feature that keeps what comes and says no when told to."""

    def __init__(self) -> None:
        self.closed = ""
        self.dislikes = ""
        self.breaks = False
        self.received: list[tuple[str, bytes, dt.datetime]] = []

    def why_not_go_on(self, upload, *, now) -> str:
        return self.closed

    def receive(self, upload, file, *, now) -> None:
        if self.breaks:
            raise RuntimeError("the plug was pulled")
        if self.dislikes:
            raise Refused(self.dislikes)
        self.received.append((upload.name, file.read(), now))


@pytest.fixture
def drawer(monkeypatch):
    drawer = Drawer()
    monkeypatch.setitem(purposes._items, PURPOSE, drawer)
    return drawer


@pytest.fixture(autouse=True)
def private_root(tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path / "private"
    return settings.PRIVATE_ROOT


@pytest.fixture
def owner(db):
    return UserFactory()


@pytest.fixture
def begin(drawer, owner, now):
    def make(length=10, **fields):
        given = {"owner": owner.pk, "purpose": PURPOSE, "about": "7", "now": now}
        given |= {"name": "bài dự thi.pdf", "length": length}
        return actions.begin(**given | fields)

    return make
