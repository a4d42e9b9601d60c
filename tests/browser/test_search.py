"""The search page in a browser: typed in the head, without a script, on a phone."""

import datetime as dt

import pytest

from content import clock
from content.search import words
from news.models import Article, Tag
from tests.factories.news import PublishedFactory
from tests.factories.teams import TeamFactory
from tests.factories.training import SessionFactory

STATES = {
    "bare": "/tim-kiem/",
    "found": "/tim-kiem/?q=an+toàn+số",
    "one-kind": "/tim-kiem/?q=so&loai=news",
    "narrowed": "/tim-kiem/?q=so&loai=news&thang=2019",
    "near": "/tim-kiem/?q=chuyenn+doi+so+ban",
    "nothing": "/tim-kiem/?q=khongcogi",
    "signs": "/tim-kiem/?q=!!!",
}


@pytest.fixture
def portal():
    now = clock.now()
    PublishedFactory(
        title="Ba câu hỏi trước khi bấm vào một đường dẫn lạ",
        lead="An toàn số bắt đầu từ một phút dừng lại: ai gửi, gửi để làm gì?",
        publish_at=now - dt.timedelta(days=2),
    )
    for number in range(12):
        PublishedFactory(
            title=f"Ngày hội chuyển đổi số ở bản thứ {number + 1}",
            body="<p>" + "Bà con đến từ sớm. " * 20 + "Gian an toàn số đông nhất.</p>",
            publish_at=now - dt.timedelta(days=3 + number),
        )
    words.learn("Ngày hội chuyển đổi số ở bản")
    vneid = Tag.objects.create(name="VNeID")
    vneid.articles.add(*Article.objects.all())
    SessionFactory(title="An toàn số và bảo vệ dữ liệu cá nhân")
    TeamFactory(name="Tổ công nghệ số cộng đồng thôn Nà Tu", area="Nà Tu")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_state_of_the_page_is_sound(visit, portal, width, scheme):
    window = visit(width=width, scheme=scheme)
    for state, path in STATES.items():
        window.name = f"{width}-{scheme}-{state}"
        window.to(path)
        window.nothing_is_wrong()


def test_found_from_the_head_of_any_page_without_a_script(visit, portal):
    window = visit(width=360, script=False)
    page = window.to("/tap-huan/")
    page.locator(".menu summary").click()
    page.locator("#q-small").fill("an toan so")
    page.locator("#q-small").press("Enter")
    assert window.path() == "/tim-kiem/"
    page.get_by_role("link", name="An toàn số và bảo vệ dữ liệu cá nhân").click()
    assert window.path().startswith("/tap-huan/an-toan-so")
    assert not window.complaints


def test_a_slip_is_mended_and_the_results_narrowed_without_a_script(visit, portal):
    window = visit(width=360, script=False)
    page = window.to("/tim-kiem/?q=chuyenn+doi+so&loai=news")
    page.get_by_role("link", name="chuyển đổi số", exact=True).click()
    page.get_by_role("link", name="Tất cả kết quả").click()
    page.get_by_text("Lọc kết quả").click()
    page.get_by_label("Thẻ", exact=True).select_option("VNeID")
    page.get_by_role("button", name="Xem", exact=True).click()
    assert "the=vneid" in page.url
    assert page.get_by_label("Thẻ", exact=True).input_value() == "vneid"
    assert "12 kết quả" in page.locator("main").inner_text()
    assert not window.complaints
