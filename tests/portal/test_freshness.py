"""What the admin changes of the site itself is public at once, in every display."""

import pytest
import time_machine
from django.db import connection

from content import identity
from portal.display import VALUES
from portal.models import SitePage
from tests.content.door import Door
from tests.factories.portal import KeyFigureFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(now):
    with time_machine.travel(now, tick=False):
        yield Door()


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    def begin():
        connection.run_on_commit = []
        return django_capture_on_commit_callbacks(execute=True)

    return begin


def test_a_new_name_stands_on_every_page(door, committed):
    pages = ("/", "/tin-tuc/", "/lien-he/")
    for page in pages:
        assert "Tên hoàn toàn mới" not in door.get(page).text
    with committed():
        site = identity.stored()
        site.name = "Tên hoàn toàn mới"
        site.save()
    door.half_a_second_later()
    for page in pages:
        assert "Tên hoàn toàn mới" in door.get(page).text


def test_a_new_text_shows_and_the_news_stay(door, committed):
    door.get("/tin-tuc/")
    assert door.get("/dieu-khoan/").rendered == 1
    assert door.get("/dieu-khoan/").rendered == 0
    with committed():
        page = SitePage.objects.get(key="terms")
        page.body = "<p>Điều mới.</p>"
        page.save()
    door.half_a_second_later()
    assert "Điều mới." in door.get("/dieu-khoan/").text
    assert door.get("/tin-tuc/").rendered == 0


def test_a_key_figure_shows_at_home_and_on_the_about_page(door, committed):
    for page in ("/", "/gioi-thieu/"):
        door.get(page)
    with committed():
        KeyFigureFactory(value="gần 25%")
    door.half_a_second_later()
    for page in ("/", "/gioi-thieu/"):
        assert "gần 25%" in door.get(page).text


def test_each_display_has_pages_of_its_own_and_nothing_else_has(door):
    seen = {door.get("/tin-tuc/", cookie=f"display={value}").text for value in VALUES}
    assert len(seen) == len(VALUES)
    for cookie in ("display=huge", "display=", "other=1"):
        assert door.get("/tin-tuc/", cookie=cookie).rendered == 0


def test_a_choice_is_never_answered_from_the_cache(door):
    for _each in range(2):
        assert door.get("/hien-thi/").rendered == 1
