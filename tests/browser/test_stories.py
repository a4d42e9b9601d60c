"""A story on its way from a phone without scripts to the site, by its people."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from content import clock
from content.models import Picture
from content.stamped import SOONEST
from members.models import Role
from news.models import Article, Contribution, Rumour
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory
from tests.factories.news import FactCheckFactory, PublishedFactory, SectionFactory
from tests.news.test_stories import jpeg

A_MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def unit():
    return UnitFactory(name="Đoàn xã Cẩm Giàng")


@pytest.fixture
def section():
    return SectionFactory(name="Mỗi ngày một tin tốt", rhythm="daily")


def picture(name):
    file = jpeg(name)
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.read()}


def test_from_a_phone_to_the_site_with_credit(visit, unit, section, settings):
    sender = visit(script=False, user=UserFactory(person__unit=unit))
    page = sender.to("/tin-tuc/gui-bai/")
    page.get_by_label("Mỗi ngày một tin tốt").check()
    page.locator("input[name=title]").fill("Chiếc xe đạp tặng bạn")
    files = [picture("một.jpg"), picture("hai.jpg")]
    page.locator("input[name=pictures]").set_input_files(files)
    page.get_by_label("danh nghĩa").check()
    settings.CLOCK_OFFSET += SOONEST
    page.get_by_role("button", name="Gửi ban biên tập").click()
    # Text and boxes are missing: the rest is there, the pictures too.
    expect(page.locator("input[name=title]")).to_have_value("Chiếc xe đạp tặng bạn")
    assert page.locator("input[name=remove]").count() == 2
    page.locator("textarea[name=text]").fill("Sáng nay ở cổng trường.")
    page.locator("input[name=agreed]").check()
    page.locator("input[name=faces_agreed]").check()
    page.get_by_role("button", name="Gửi ban biên tập").click()
    expect(page.get_by_text("Đã nhận", exact=True)).to_be_visible()
    story = Contribution.objects.get()

    user = AssignmentFactory(role=Role.EDITOR, unit=unit).user
    editor = visit(width=1280, user=user)
    page = editor.to("/quan-tri/")
    page.get_by_role("link", name=re.compile("Bài gửi về")).first.click()
    page.get_by_role("link", name="Chiếc xe đạp tặng bạn").click()
    assert page.locator("img[alt='một']").evaluate("each => each.naturalWidth") == 64
    editor.nothing_is_wrong()
    page.locator("input[name=_accept]").click()
    page.wait_for_load_state("load")
    article = Article.objects.get()
    assert editor.path() == f"/quan-tri/news/article/{article.pk}/change/"
    page.locator('input[name="_step_submit"]').click()
    page.wait_for_load_state("load")
    article.refresh_from_db()
    assert article.state == Article.State.DRAFT  # nobody has described the pictures
    Picture.objects.update(alt="Một bạn dắt chiếc xe đạp.")
    page.locator('input[name="_step_submit"]').click()
    page.wait_for_load_state("load")

    user = AssignmentFactory(role=Role.PUBLISHER, unit=unit).user
    publisher = visit(width=1280, user=user)
    page = publisher.to(f"/quan-tri/news/article/{article.pk}/change/")
    page.locator('input[name="_step_publish"]').click()
    page.wait_for_load_state("load")

    reader = visit(script=False)
    page = reader.to("/tin-tuc/tin-tot/")
    page.get_by_role("link", name="Chiếc xe đạp tặng bạn").first.click()
    expect(page.get_by_text("Đoàn xã Cẩm Giàng").first).to_be_visible()
    assert page.locator("article img").count() == 2
    page = sender.to(story.get_absolute_url())
    expect(page.get_by_text("Bài của bạn đã lên trang")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light")]
)
def test_fact_checks_and_the_calendar(visit, unit, section, width, scheme):
    check = FactCheckFactory()
    PublishedFactory(section=section, unit=unit, publish_at=clock.now())
    reader = visit(width=width, scheme=scheme)  # axe needs scripts
    for path in (
        check.article.get_absolute_url(),
        "/tin-tuc/kiem-chung/",
        "/tin-tuc/tin-tot/",
        "/tin-tuc/bao-tin-don/",
    ):
        reader.to(path)
        reader.nothing_is_wrong()
    user = AssignmentFactory(role=Role.EDITOR, unit=unit).user
    editor = visit(width=width, scheme=scheme, user=user)
    editor.to("/quan-tri/news/article/calendar/")
    editor.nothing_is_wrong()


def test_a_rumour_without_an_account(visit, settings):
    reader = visit(script=False)
    page = reader.to("/tin-tuc/bao-tin-don/")
    page.locator("textarea[name=text]").fill("Sắp thu phí căn cước")
    settings.CLOCK_OFFSET = -A_MINUTE  # too quick, however long it took to get here
    page.get_by_role("button", name="Gửi ban biên tập").click()
    expect(page.locator("textarea[name=text]")).to_have_value("Sắp thu phí căn cước")
    settings.CLOCK_OFFSET = A_MINUTE
    page.get_by_role("button", name="Gửi ban biên tập").click()
    expect(page.get_by_role("heading", name="Cảm ơn bạn")).to_be_visible()
    assert Rumour.objects.get().text == "Sắp thu phí căn cước"
