import pytest

from portal.language import COOKIE


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _english(client):
    """English pages, so that these tests do not change with the catalogue."""
    client.cookies[COOKIE] = "en"


@pytest.fixture(autouse=True)
def private_root(tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path / "private"
    return settings.PRIVATE_ROOT


@pytest.fixture
def stored(private_root):
    """The files on the disk, uploads under way left out."""

    def look():
        return sorted(
            path for path in private_root.glob("entries/**/*") if path.is_file()
        )

    return look
