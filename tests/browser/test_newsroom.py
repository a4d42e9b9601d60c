"""From a draft to the front page in a real browser, by the people who do it."""

import re

import pytest
from playwright.sync_api import Page, expect

from members.models import Role
from news.models import Article
from tests.browser.conftest import editor_of
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory
from tests.factories.news import ArticleFactory, PublishedFactory, SectionFactory


@pytest.fixture
def unit():
    return UnitFactory()


@pytest.fixture
def desk(visit, unit):
    """`desk(Role.EDITOR)`: a window in which somebody of that role is signed in."""

    def open_window(role: str, **kwargs):
        user = UserFactory()
        AssignmentFactory(user=user, role=role, unit=unit)
        return visit(width=1280, user=user, **kwargs)

    return open_window


def write(page: Page, words: str) -> None:
    """Type into the editor, at the end."""
    text = editor_of(page)
    text.press("Control+End")
    text.press_sequentially(words)


def press(page: Page, name: str) -> None:
    page.locator(f'input[name="_step_{name}"]').click()
    page.wait_for_load_state("load")


def form_of(article: Article) -> str:
    return f"/quan-tri/news/article/{article.pk}/change/"


def test_from_a_draft_to_the_front_page(desk, visit):
    SectionFactory(name="Tin hoạt động")
    writer = desk(Role.EDITOR)
    page = writer.to("/quan-tri/news/article/add/")
    page.locator("input[name=title]").fill("Lớp học buổi tối ở thôn Nà Tu")
    page.locator("textarea[name=lead]").fill("Ba buổi tối, rất nhiều câu hỏi.")
    write(page, "Nhà văn hóa thôn sáng đèn từ bảy giờ.")
    page.locator("select[name=section]").select_option(label="Tin hoạt động")
    press(page, "submit")
    assert page.locator('input[name="_step_publish"]').count() == 0
    article = Article.objects.get()
    assert article.state == Article.State.IN_REVIEW

    publisher = desk(Role.PUBLISHER)
    page = publisher.to(form_of(article))
    press(page, "back")
    assert Article.objects.get().state == Article.State.IN_REVIEW  # no remark yet
    page.locator("#remark").fill("Thêm tên người hướng dẫn.")
    press(page, "back")

    page = writer.to(form_of(article))
    expect(page.get_by_text("Thêm tên người hướng dẫn.")).to_be_visible()
    write(page, " Bạn Hà hướng dẫn.")
    press(page, "submit")

    page = publisher.to(form_of(article))
    page.get_by_role("link", name="Phiên bản", exact=True).click()
    page.get_by_role("link", name=re.compile("với bản 1")).click()
    expect(page.locator("ins")).to_contain_text("Bạn Hà hướng dẫn")
    page = publisher.to(form_of(article))
    press(page, "approve")
    press(page, "publish")

    reader = visit(script=False)
    page = reader.to("/")
    page.get_by_role("link", name="Lớp học buổi tối ở thôn Nà Tu").first.click()
    expect(page.get_by_text("Bạn Hà hướng dẫn.")).to_be_visible()
    assert not writer.strangers
    assert not publisher.strangers


def test_what_was_typed_survives_a_session_that_ended(desk, unit):
    article = PublishedFactory(unit=unit, title="Đang đăng")
    writer = desk(Role.EDITOR)
    page = writer.to(form_of(article))
    editor_of(page)
    page.locator("input[name=title]").fill("Tên mới gõ dở")
    write(page, "Câu vừa gõ.")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.locator('input[name="_continue"]').click()
    page.wait_for_load_state("load")
    assert article.revisions.count() == 0

    page.context.add_cookies(cookies)
    page = writer.to(form_of(article))
    editor_of(page)
    page.get_by_role("button", name="Lấy lại").click()
    expect(page.locator("input[name=title]")).to_have_value("Tên mới gõ dở")
    expect(editor_of(page)).to_contain_text("Câu vừa gõ.")
    page.locator('input[name="_continue"]').click()
    page.wait_for_load_state("load")
    text = article.revisions.get(working=True).text
    assert text["title"] == "Tên mới gõ dở"
    assert "Câu vừa gõ." in text["body"]

    page = writer.to(form_of(article))
    editor_of(page)
    assert page.get_by_role("button", name="Lấy lại").count() == 0


def test_what_was_typed_before_the_editor_came_is_kept_until_it_is_asked_for(
    desk, unit
):
    article = PublishedFactory(unit=unit, title="Đang đăng")
    writer = desk(Role.EDITOR)
    # A weak network: what the editor needs never comes.
    writer.page.route("**/ckeditor/lang/*", lambda route: route.abort())
    page = writer.to(form_of(article))
    page.locator("input[name=title]").fill("Gõ trước khi khung soạn hiện ra")
    page.wait_for_function(
        "() => Object.keys(localStorage).some(k => /^keep:/.test(k))"
    )

    page.unroute_all(behavior="ignoreErrors")
    page = writer.to(form_of(article))
    editor_of(page)
    # Not answered yet: what is typed beside the question does not take its place.
    page.locator("textarea[name=lead]").fill("Chưa trả lời câu hỏi.")
    page.wait_for_timeout(2500)
    page = writer.to(form_of(article))
    editor_of(page)
    page.get_by_role("button", name="Lấy lại").click()
    title = page.locator("input[name=title]")
    expect(title).to_have_value("Gõ trước khi khung soạn hiện ra")


def test_a_broken_paste_is_shown_by_the_line_and_mended_with_one_press(desk, unit):
    article = ArticleFactory(
        unit=unit,
        title="Nhiều giải p háp chuyển đổi số",
        body=(
            "<p>Chuyeån ñoåi soá ôû xaõ</p><p>trong chuy??n đổi số</p>"
            "<p>các giải p</p><p>háp ở thôn, cài VneiD</p>"
            '<p>Xem <a href="https://bao.example/">báo bạn</a></p>'
        ),
    )
    publisher = desk(Role.PUBLISHER)
    page = publisher.to(form_of(article))
    editor_of(page)
    expect(page.get_by_role("heading", name="Kiểm tra chữ")).to_be_visible()
    assert page.locator(".text-check tbody tr").count() == 5
    publisher.picture()
    press(page, "mend")
    article.refresh_from_db()
    assert article.title == "Nhiều giải pháp chuyển đổi số"
    assert "<p>Chuyển đổi số ở xã</p>" in article.body
    assert "<p>các giải pháp ở thôn" in article.body
    assert page.locator(".text-check tbody tr").count() == 2
    press(page, "confirm_links")
    expect(page.locator(".text-check")).to_contain_text("Liên kết tới bao.example")
